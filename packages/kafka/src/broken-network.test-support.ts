import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

import kafkajs from 'kafkajs'

/** A broken network on demand: a TCP proxy before the broker, and a kafkajs client whose every connection goes through it. */
export async function openProxy(broker: string) {
  const { hostname, port } = new URL(`tcp://${broker}`)
  const pairs = new Set<{ client: Socket; server: Socket }>()
  let isRefusing = false
  const listener = createServer((client) => {
    if (isRefusing) {
      client.destroy()
      return
    }
    const server = connect(Number(port), hostname)
    const pair = { client, server }
    pairs.add(pair)
    const close = () => {
      client.destroy()
      server.destroy()
      pairs.delete(pair)
    }
    for (const socket of [client, server]) socket.on('error', close).on('close', close)
    client.pipe(server).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')

  const cutConnections = () => {
    for (const { client } of pairs) client.destroy()
  }
  return {
    kafka: new kafkajs.Kafka({
      brokers: [broker],
      clientId: 'caretally-test',
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 2, initialRetryTime: 50 },
      socketFactory: ({ onConnect }) => connect(address.port, '127.0.0.1', onConnect),
    }),
    /** Requests still reach the broker; its answers on the connections that are open now go nowhere. */
    withholdAnswers() {
      for (const { client, server } of pairs) {
        server.unpipe(client)
        server.resume()
      }
    },
    cutConnections,
    refuseConnections() {
      isRefusing = true
      cutConnections()
    },
    acceptConnections() {
      isRefusing = false
    },
    async [Symbol.asyncDispose]() {
      isRefusing = true
      cutConnections()
      listener.close()
      await once(listener, 'close')
    },
  }
}
