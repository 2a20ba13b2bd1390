/** Whether only this machine can reach what is bound to `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * Whether a request names this machine as its host. A page of somebody else's whose name was made to point here ("DNS
 * rebinding") is sent with its own name, and could read whatever it was answered.
 */
export function namesLoopback(hostHeader: string | undefined): boolean {
  const address = `http://${hostHeader ?? ''}`
  if (!URL.canParse(address)) return false
  return isLoopback(new URL(address).hostname.replace(/^\[(.*)\]$/, '$1'))
}
