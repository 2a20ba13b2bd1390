import { checkRequirements, type RequirementsOptions } from '@caretally/infra'
import { CaretallyError, type Environment } from '@caretally/runtime'

const INFRAS = ['local', 'containers', 'external'] as const

/**
 * What stands behind the services: servers that we run on this machine, the same in containers, or somebody else's, which are
 * given by their addresses.
 */
export type Infra = (typeof INFRAS)[number]

interface ChooseOptions extends RequirementsOptions {
  /** Whether a Docker engine answers. */
  docker?: () => Promise<boolean>
}

/**
 * What INFRA says. Without it: local when that can be had on this machine, else containers when a Docker engine answers.
 *
 * @throws {CaretallyError} `infra_unknown`, or `infra_missing`, which says what to install
 */
export async function chooseInfra(env: Environment, options: ChooseOptions = {}): Promise<Infra> {
  const { docker = answersDocker, ...requirements } = options
  const wish = env['INFRA']
  if (wish) {
    const infra = INFRAS.find((name) => name === wish)
    if (infra) return infra
    throw new CaretallyError('infra_unknown', 'INFRA is none that there is', { hint: `set it to ${INFRAS.join(', ')}` })
  }
  try {
    await checkRequirements(requirements)
    return 'local'
  } catch (error) {
    if (!(error instanceof CaretallyError)) throw error
    if (await docker()) return 'containers'
    throw new CaretallyError('infra_missing', `${error.message}, and no Docker engine answers`, {
      hint: `${error.hint ?? ''}; or start Docker`,
      cause: error,
    })
  }
}

async function answersDocker(): Promise<boolean> {
  const { getContainerRuntimeClient } = await import('testcontainers') // takes half a second to load
  try {
    await getContainerRuntimeClient()
    return true
  } catch {
    return false
  }
}
