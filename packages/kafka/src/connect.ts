import type { OnReadOpts, Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'

import type { FramePool } from './frame-pool.ts'
import { openSocket } from './open-socket.ts'
import { ResponseFrames } from './response-frames.ts'

/** Where a broker is, and where its answers go. */
interface Way {
  host: string
  port: number
  tls: ConnectionOptions | undefined
  pool: FramePool
}

/** As kafkajs's own socket factory does, but that each `data` is a whole answer, read to where it stays. */
export function connect({ host, port, tls, pool }: Way, onConnect: () => void): Socket {
  const frames = new ResponseFrames(pool)
  const onread: OnReadOpts = {
    buffer: () => frames.room(),
    callback: (bytes) => {
      const frame = frames.filled(bytes)
      if (frame instanceof Error) socket.destroy(frame)
      else if (frame) socket.emit('data', frame)
      return true
    },
  }
  const socket = openSocket({ host, port, onread }, tls, onConnect)
  return socket
}
