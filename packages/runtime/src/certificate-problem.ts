/** What OpenSSL and Node call a certificate that they do not accept. */
const CERTIFICATE_PROBLEM = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_)/

/** The code of an error, or of what caused it, that says that a server's certificate is not trusted; undefined for others. */
export function certificateProblem(error: unknown): string | undefined {
  return chainOf(error)
    .map((link) => ('code' in link && typeof link.code === 'string' ? link.code : ''))
    .find((code) => CERTIFICATE_PROBLEM.test(code))
}

/** An error, what caused it, and so on. */
export function chainOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chainOf(error.cause)] : []
}
