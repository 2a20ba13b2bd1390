import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

import type { ISocketFactory } from 'kafkajs'

import { withServerName } from './server-name.ts'

/** Longer than a broker takes for a batch that waits for a busy disk or a slow replica. */
const SILENCE_MS_MAX = 20_000
const LOOKS_MAX = 4
const KEEP_ALIVE_MS = 60_000

/**
 * Connections that are cut when a broker leaves what was sent to it without an answer for {@link SILENCE_MS_MAX}, as the Java
 * client cuts them. kafkajs 2.2.4 gives up the request only: it keeps the connection of a broker that is frozen or cut off, and
 * what it knew of the leaders, and sends to the same one again, although others have long been elected. For producers: a member
 * of a group waits longer for the others.
 */
export function answeringConnections(silence_ms_max = SILENCE_MS_MAX): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const way = { host, port }
    const socket = ssl ? connectTls(withServerName(way, ssl), onConnect) : connectPlain(way, onConnect)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    cutWhenSilent(socket, silence_ms_max)
    return socket
  }
}

function cutWhenSilent(socket: Socket, silence_ms_max: number): void {
  let answeredBytes = 0
  let looks = 0
  socket.on('data', () => {
    answeredBytes = socket.bytesWritten
    looks = 0
  })
  const look = () => {
    looks = socket.bytesWritten > answeredBytes ? looks + 1 : 0
    if (looks > LOOKS_MAX) socket.destroy(new Error('what was sent has no answer'))
  }
  const timer = setInterval(look, silence_ms_max / LOOKS_MAX).unref()
  socket.once('close', () => clearInterval(timer))
}
