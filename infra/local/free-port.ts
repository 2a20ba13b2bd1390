import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

import { CaretallyError } from '@caretally/runtime'

/** Local servers listen here and nowhere else. */
export const HOST = '127.0.0.1'

/** Exactly this port, or the first free one from `from` upwards. Left out: any free port. */
export type PortWish = number | { from: number }

/**
 * Where "any free port" is looked for: below the ports that systems give to outgoing connections. So while a server is down
 * between `kill()` and `start()`, no client's connection can come to sit on its port.
 */
const ANY_PORT_MIN = 20_000
const ANY_PORT_MAX = 32_000

const TRIES_MAX = 200

/** What this process was given: a server takes its port seconds later, and its neighbours must not be given the same. */
const given = new Set<number>()

/**
 * A port of {@link HOST} that nothing listens on, and that no other call in this process was given unless it asked for exactly
 * that one. `option` is what the user would set to choose another.
 *
 * @throws {CaretallyError} `port_taken` when the one port that was asked for is not free; `no_free_port`
 */
export async function choosePort(wish: PortWish | undefined, option: string): Promise<number> {
  const port = typeof wish === 'number' ? await exactly(wish, option) : await firstFree(wish)
  given.add(port)
  return port
}

async function exactly(port: number, option: string): Promise<number> {
  if (await isFree(port)) return port
  throw new CaretallyError('port_taken', `port ${port} (${option}) is taken`, {
    hint: `stop what listens there, or choose another port with ${option}`,
  })
}

async function firstFree(wish: { from: number } | undefined): Promise<number> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
    const port = wish ? wish.from + attempt : randomInt(ANY_PORT_MIN, ANY_PORT_MAX)
    if (!given.has(port) && (await isFree(port))) return port
  }
  throw new CaretallyError('no_free_port', `found no free port after ${TRIES_MAX} tries`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen({ host: HOST, port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
