import { Socket } from 'node:net'

import type { ISocketFactory } from 'kafkajs'

import { connect } from './connect.ts'
import { FramePool } from './frame-pool.ts'

const CLOSED = 'the client is closed'

/** The connections of a kafkajs client; those that are still open when it is disposed of are cut, and no more are made. */
export interface Connections extends Disposable {
  readonly socketFactory: ISocketFactory
}

/**
 * After a broker has failed, kafkajs 2.2.4 forgets it without disconnecting it (`BrokerPool.removeBroker`), while a
 * consumer goes on to use it as its coordinator and connects again when it is back. Such a connection outlives
 * `disconnect()`, and would keep the process from ending.
 */
export function openConnections(): Connections {
  const open = new Set<Socket>()
  const pool = new FramePool()
  let isClosed = false
  return {
    socketFactory: ({ host, port, ssl, onConnect }) => {
      if (isClosed) return new Socket().destroy(new Error(CLOSED))
      const socket = connect({ host, port, tls: ssl, pool }, onConnect)
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      return socket
    },
    [Symbol.dispose]() {
      isClosed = true
      // with an error, because that ends kafkajs's timers for the connection too
      for (const socket of open) if (!socket.writableEnded) socket.destroy(new Error(CLOSED))
    },
  }
}
