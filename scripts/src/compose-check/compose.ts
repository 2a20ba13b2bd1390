import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { CaretallyError, type Environment } from '@caretally/runtime'
import { z } from 'zod'

import { rootPath } from '../root.ts'

/** What a command printed, and how it ended. */
interface Ended {
  status: number
  output: string
}

export interface Container {
  id: string
  service: string
}

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024
const COMMAND_MS_MAX = 900_000

const Failed = z.object({ code: z.int(), stdout: z.string(), stderr: z.string() })
const describe = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Runs a command to its end, whatever that is. */
export async function run(command: string, args: readonly string[], env?: Environment): Promise<Ended> {
  const options = { cwd: rootPath(''), ...(env && { env }), maxBuffer: OUTPUT_BYTES_MAX, timeout: COMMAND_MS_MAX }
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, options)
    return { status: 0, output: stdout + stderr }
  } catch (error) {
    const failed = Failed.safeParse(error)
    if (!failed.success) throw failure([command, ...args], describe(error))
    return { status: failed.data.code, output: failed.data.stdout + failed.data.stderr }
  }
}

/** What the command printed; it has succeeded. */
export async function docker(...args: string[]): Promise<string> {
  const { status, output } = await run('docker', args)
  if (status !== 0) throw failure(['docker', ...args], output)
  return output.trim()
}

/** docker-compose.yml as one project of its own. Works with Compose v2 and with v1. */
export class Compose {
  readonly #command: readonly string[]
  readonly #env: Environment
  readonly #project: string

  private constructor(command: readonly string[], project: string, env: Environment) {
    this.#command = command
    this.#project = project
    this.#env = env
  }

  /** @throws {CaretallyError} `compose_missing` */
  static async find(project: string, env: Environment): Promise<Compose> {
    for (const command of [['docker', 'compose'], ['docker-compose']]) {
      const [name = '', ...args] = command
      const found = await run(name, [...args, 'version']).catch(() => undefined)
      if (found?.status === 0) return new Compose(command, project, env)
    }
    throw new CaretallyError('compose_missing', 'there is no Docker Compose', { hint: 'install it, v2 or 1.29' })
  }

  /** Runs it to its end, whatever that is. */
  async try(...args: string[]): Promise<Ended> {
    const [name = '', ...before] = this.#command
    return await run(name, [...before, '--project-name', this.#project, ...args], this.#env)
  }

  /** What it printed; it has succeeded. */
  async do(...args: string[]): Promise<string> {
    const { status, output } = await this.try(...args)
    if (status !== 0) throw failure([...this.#command, ...args], output)
    return output
  }

  /** The container of a service, running or not. */
  async container(service: string): Promise<Container> {
    const id = (await this.do('ps', '--all', '--quiet', service)).trim().split('\n').at(-1) ?? ''
    if (!/^[0-9a-f]+$/.test(id)) throw new CaretallyError('container_missing', `there is no container of ${service}`)
    return { id, service }
  }
}

function failure(command: readonly string[], output: string): CaretallyError {
  const last = output.trim().split('\n').slice(-20).join('\n')
  return new CaretallyError('command_failed', `${command.join(' ')} failed:\n${last}`)
}
