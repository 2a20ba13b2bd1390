import { Socket } from 'node:net'

import type { ISocketFactory } from 'kafkajs'

import { openSocket } from './open-socket.ts'

interface Patience {
  /** Longer than a broker takes for a batch that waits for a busy disk or a slow replica. */
  silence_ms_max: number
  /** How long a broker that was silent is not connected to: for others to be asked who leads now. */
  avoided_ms: number
}

const PATIENCE: Patience = { silence_ms_max: 20_000, avoided_ms: 10_000 }
const LOOKS_MAX = 4

/**
 * Connections that are cut when a broker leaves what was sent to it without an answer for `silence_ms_max`, and up to a quarter
 * more, as the Java client cuts them. It is then avoided for `avoided_ms`: a frozen broker still takes connections.
 *
 * kafkajs 2.2.4 gives up the request only. It keeps the connection of a broker that is frozen or cut off, and what it knew of the
 * leaders, and asks the same one again, although others have long been elected. For producers: a member of a group waits longer
 * for the other members.
 */
export function answeringConnections(patience: Partial<Patience> = {}): ISocketFactory {
  const { silence_ms_max, avoided_ms } = { ...PATIENCE, ...patience }
  /** Until when which address is avoided. */
  const avoided = new Map<string, number>()
  return ({ host, port, ssl, onConnect }) => {
    const address = `${host}:${port}`
    if (performance.now() < (avoided.get(address) ?? 0)) return new Socket().destroy(new Error('it was silent'))
    const socket = openSocket({ host, port }, ssl, onConnect)
    whenSilent(socket, silence_ms_max, () => {
      avoided.set(address, performance.now() + avoided_ms)
      socket.destroy(new Error('what was sent has no answer'))
    })
    return socket
  }
}

function whenSilent(socket: Socket, silence_ms_max: number, cut: () => void): void {
  let answeredBytes = 0
  let looks = 0
  socket.on('data', () => {
    answeredBytes = socket.bytesWritten
    looks = 0
  })
  const look = () => {
    looks = socket.bytesWritten > answeredBytes ? looks + 1 : 0
    if (looks > LOOKS_MAX) cut()
  }
  const timer = setInterval(look, silence_ms_max / LOOKS_MAX).unref()
  socket.once('close', () => clearInterval(timer))
}
