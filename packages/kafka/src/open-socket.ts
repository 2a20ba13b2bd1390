import { connect as connectPlain, isIP, type Socket, type TcpNetConnectOpts } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

const KEEP_ALIVE_MS = 60_000

/** Connects to a broker, as kafkajs's own socket factory does. */
export function openSocket(
  way: TcpNetConnectOpts & { host: string },
  tls: ConnectionOptions | undefined,
  onConnect: () => void,
): Socket {
  const socket = tls ? connectTls(withServerName(way, tls), onConnect) : connectPlain(way, onConnect)
  return socket.setKeepAlive(true, KEEP_ALIVE_MS)
}

/** A name, which an address is not, is told to the server: its certificate may depend on it. */
function withServerName(way: TcpNetConnectOpts & { host: string }, tls: ConnectionOptions): ConnectionOptions {
  // Node's types do not know that `tls.connect` takes the options of `net.connect` as well
  return { ...way, ...(isIP(way.host) === 0 && { servername: way.host }), ...tls }
}
