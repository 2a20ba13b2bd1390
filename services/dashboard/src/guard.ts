import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Who asks: somebody on this machine where no token is demanded, or a holder of the token. */
export type Holder = 'local' | 'token'

export interface Guard {
  /** Undefined when the request has to be refused. */
  holderOf(headers: IncomingHttpHeaders): Holder | undefined
  /** The `Set-Cookie` of a browser that has given the token; undefined when that was another one. */
  logIn(token: string): string | undefined
}

const COOKIE = 'caretally_session'
/** A working day. */
const SESSION_S = 12 * 60 * 60

/**
 * Lets everybody pass without a token. With one, a request has to have it as `Authorization: Bearer …`, or the cookie of a
 * login. The cookie does not hold the token, and is worth nothing to the next process.
 */
export function createGuard(token: string | undefined): Guard {
  if (token === undefined) return { holderOf: () => 'local', logIn: () => undefined }
  const session = createHmac('sha256', randomBytes(32)).update(token).digest('base64url')
  return {
    holderOf: ({ authorization, cookie }) =>
      isSame(bearerOf(authorization), token) || isSame(cookieOf(cookie), session) ? 'token' : undefined,
    logIn: (given) =>
      isSame(given, token)
        ? `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${SESSION_S}`
        : undefined,
  }
}

/** Takes as long for a wrong text as for the right one, whatever their lengths. */
function isSame(given: string | undefined, wanted: string): boolean {
  return timingSafeEqual(digest(given ?? ''), digest(wanted))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function bearerOf(authorization: string | undefined): string | undefined {
  const [, token] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? []
  return token
}

function cookieOf(cookies: string | undefined): string | undefined {
  const pairs = (cookies ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1)
}
