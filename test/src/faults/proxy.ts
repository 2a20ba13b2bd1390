import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** What the proxy does to one request. */
export type NetworkFault =
  /** The server gets the request and does the work; its answer is lost with the connection. */
  | { kind: 'drop answer' }
  /** So many bytes of the request reach the server, then the connection is lost. */
  | { kind: 'cut request'; bytes: number }
  /** The server's answer comes so much later. */
  | { kind: 'stall'; stall_ms: number }

export interface FaultyProxy extends AsyncDisposable {
  readonly port: number
  /** Faults so far. */
  readonly faults: number
}

interface ProxyOptions {
  /** `host:port` */
  server: string
  /** Asked for each request, which it is shown the first bytes of. */
  faultOf: (head: Buffer) => NetworkFault | undefined
}

/**
 * A TCP proxy on real sockets, for a protocol in which each request on a connection is answered before the next one is
 * sent: so the first bytes of a client after an answer begin a request.
 */
export async function openFaultyProxy({ server: address, faultOf }: ProxyOptions): Promise<FaultyProxy> {
  const { hostname, port: serverPort } = new URL(`tcp://${address}`)
  const sockets = new Set<Socket>()
  let faults = 0
  const listener = createServer((client) => {
    const server = connect(Number(serverPort), hostname)
    const close = () => {
      for (const socket of [client, server]) {
        socket.destroy()
        sockets.delete(socket)
      }
    }
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
    client.on('close', close)
    // a server that closes an idle connection does not end a stall: of that, too, the client hears later
    server.on('close', () => {
      if (!isStalling) close()
    })
    let fault: NetworkFault | undefined
    let isStalling = false
    let isAnswered = true
    let requested = 0
    client.on('data', (bytes) => {
      if (isAnswered) {
        isAnswered = false
        requested = 0
        fault = faultOf(bytes)
        if (fault) faults += 1
      }
      requested += bytes.length
      if (fault?.kind === 'cut request' && requested >= fault.bytes) {
        server.end(bytes.subarray(0, bytes.length - (requested - fault.bytes)))
        client.destroy()
      } else server.write(bytes)
    })
    server.on('data', (bytes) => {
      if (fault?.kind === 'drop answer') {
        close()
      } else if (fault?.kind === 'stall') {
        server.pause()
        isStalling = true
        setTimeout(() => {
          isStalling = false
          if (client.writable) client.write(bytes)
          if (server.closed) client.end()
          else server.resume()
        }, fault.stall_ms).unref()
      } else client.write(bytes)
      fault = undefined
      isAnswered = true
    })
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const own = listener.address()
  if (own === null || typeof own === 'string') throw new Error('the proxy has no port')
  return {
    port: own.port,
    get faults() {
      return faults
    },
    async [Symbol.asyncDispose]() {
      listener.close()
      for (const socket of sockets) socket.destroy()
      await once(listener, 'close')
    },
  }
}
