import { isIP, type TcpNetConnectOpts } from 'node:net'
import type { ConnectionOptions } from 'node:tls'

/** For `tls.connect`: a name, which an address is not, is told to the server, whose certificate may depend on it. */
export function withServerName(plain: TcpNetConnectOpts & { host: string }, tls: ConnectionOptions): ConnectionOptions {
  // Node's types do not know that `tls.connect` takes the options of `net.connect` as well
  return { ...plain, ...(isIP(plain.host) === 0 && { servername: plain.host }), ...tls }
}
