import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { createServer } from 'node:tls'

interface Keystore {
  /** Of the type PKCS12. */
  file: string
  password: string
}

export interface TlsFront extends AsyncDisposable {
  readonly port: number
}

/**
 * Speaks TLS on 127.0.0.1 for a server that does not: what comes in goes on to `target` byte for byte, and back.
 *
 * The engine that stands in for ClickHouse here opens HTTP and TCP only; it refuses `SYSTEM START LISTEN HTTPS`. This is TLS
 * as a load balancer ends it, with the real server behind.
 */
export async function openTlsFront({ file, password }: Keystore, target: URL): Promise<TlsFront> {
  const sockets = new Set<Socket>()
  const server = createServer({ pfx: await readFile(file), passphrase: password }, (front) => {
    const back = connect(Number(target.port), target.hostname)
    join(front, back)
    join(back, front)
  })
  const join = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.pipe(to)
    from.once('error', () => to.destroy())
    from.once('close', () => sockets.delete(from))
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the front does not listen')
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
