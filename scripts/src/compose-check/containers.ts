import { CaretallyError, systemClock } from '@caretally/runtime'
import { z } from 'zod'

import { type Container, docker } from './compose.ts'

const POLL_MS = 100
const HEALTHY_MS_MAX = 120_000

const State = z.object({
  Status: z.string(),
  ExitCode: z.int(),
  Health: z.object({ Status: z.string() }).optional(),
})
const Inspected = z.tuple([
  z.object({
    State,
    Config: z.object({ User: z.string(), Env: z.array(z.string()) }),
    HostConfig: z.object({
      ReadonlyRootfs: z.boolean(),
      CapDrop: z.array(z.string()).nullable(),
      SecurityOpt: z.array(z.string()).nullable(),
      Privileged: z.boolean(),
      PortBindings: z.record(z.string(), z.array(z.object({ HostIp: z.string() }))).nullable(),
    }),
  }),
])

export async function inspect({ id }: Container) {
  const [inspected] = Inspected.parse(JSON.parse(await docker('inspect', '--type', 'container', id)))
  return inspected
}

/** Resolves when the container is running and well. */
export async function untilHealthy(container: Container): Promise<void> {
  await until(`${container.service} is healthy`, async () => {
    const { State } = await inspect(container)
    return State.Status === 'running' && (State.Health === undefined || State.Health.Status === 'healthy')
  })
}

/** Ends the container like a crash. */
export async function kill(container: Container): Promise<void> {
  await docker('kill', '--signal', 'KILL', container.id)
  await until(`${container.service} is killed`, async () => (await inspect(container)).State.Status === 'exited')
}

/** @throws {CaretallyError} `too_late` */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline_ms = systemClock.now() + HEALTHY_MS_MAX
  while (!(await isSo())) {
    if (systemClock.now() > deadline_ms) {
      throw new CaretallyError('too_late', `not within ${HEALTHY_MS_MAX / 1_000} s: ${what}`)
    }
    await systemClock.sleep(POLL_MS)
  }
}

/** What of the container's fences is missing. */
export async function missingFences(container: Container): Promise<string[]> {
  const { Config, HostConfig } = await inspect(container)
  const published = Object.values(HostConfig.PortBindings ?? {}).flat()
  const fences: [holds: boolean, name: string][] = [
    [!['', '0', 'root'].includes(Config.User.split(':')[0] ?? ''), 'a user that is not root'],
    [HostConfig.ReadonlyRootfs, 'a read-only root file system'],
    [(HostConfig.CapDrop ?? []).includes('ALL'), 'no capability'],
    [(HostConfig.SecurityOpt ?? []).some((option) => option.startsWith('no-new-privileges')), 'no new privileges'],
    [!HostConfig.Privileged, 'no privilege'],
    [published.every(({ HostIp }) => HostIp === '127.0.0.1'), 'ports for this machine only'],
    [!Config.Env.some((variable) => /(PASSWORD|KEY|TOKEN)=./.test(variable)), 'no secret in its environment'],
  ]
  return fences.filter(([holds]) => !holds).map(([, name]) => name)
}
