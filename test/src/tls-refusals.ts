import { checkConnection, clickhouseEnvironment, connectionFrom } from '@caretally/clickhouse'
import { type Environment, readConfig, toLine } from '@caretally/runtime'
import { expect } from 'vitest'
import { z } from 'zod'

/** A ClickHouse behind TLS, and the files of the authority that vouches for it and of another one. */
export interface TlsPlace {
  /** By https, under the name that its certificate is for. */
  url: string
  caFile: string
  otherCaFile: string
  /** By http, where nothing speaks TLS. */
  plainUrl: string
}

/** What is wrong, the variables that it is in, and the code and the hint of the line that says so. */
type TlsRefusal = readonly [string, (place: TlsPlace) => Environment, string, RegExp]

/** Whom a program must not trust, and where TLS does not come about. */
export const tlsRefusals: readonly TlsRefusal[] = [
  [
    'the certificate’s authority is not known',
    ({ url }) => ({ CLICKHOUSE_URL: url }),
    'clickhouse_untrusted',
    /CLICKHOUSE_TLS_CA_FILE/,
  ],
  [
    'another authority is trusted',
    ({ url, otherCaFile }) => ({ CLICKHOUSE_URL: url, CLICKHOUSE_TLS_CA_FILE: otherCaFile }),
    'clickhouse_untrusted',
    /CLICKHOUSE_TLS_CA_FILE/,
  ],
  [
    'the certificate is for another name',
    ({ url, caFile }) => ({
      CLICKHOUSE_URL: url.replace('127.0.0.1', 'localhost'),
      CLICKHOUSE_TLS_CA_FILE: caFile,
    }),
    'clickhouse_untrusted',
    /CLICKHOUSE_URL to a name in its own/,
  ],
  [
    'TLS is not used where it is wanted',
    ({ url }) => ({ CLICKHOUSE_URL: url.replace('https:', 'http:') }),
    'clickhouse_unreachable',
    /may want TLS: CLICKHOUSE_URL may have to begin with https:/,
  ],
  [
    'TLS is used where it is not spoken',
    ({ plainUrl, caFile }) => ({
      CLICKHOUSE_URL: plainUrl.replace('http:', 'https:'),
      CLICKHOUSE_TLS_CA_FILE: caFile,
    }),
    'clickhouse_unreachable',
    /TLS does not come about there: CLICKHOUSE_URL may have to begin with http:/,
  ],
]

const REFUSED_WITHIN_MS = 10_000
const schema = z.object(clickhouseEnvironment)

/** What a program makes of these variables. */
export const connectionOf = (env: Environment) => connectionFrom(readConfig(schema, env))

/** Expects that ClickHouse cannot be had so, and that the program says why in one line, soon, without the password. */
export async function expectRefusal(env: Environment, code: string, hint: RegExp): Promise<void> {
  const start_ms = performance.now()
  const connection = connectionOf({ ...env, CLICKHOUSE_PASSWORD: 'hunter2' })
  const error = await checkConnection(connection).catch((error: unknown) => error)
  expect(error).toMatchObject({ code, message: expect.stringContaining(connection.url) })
  expect(toLine(error)).toMatch(new RegExp(`^[^\n]*; [^\n]*${hint.source}[^\n]*$`))
  expect(toLine(error)).not.toContain('hunter2')
  expect(performance.now() - start_ms).toBeLessThan(REFUSED_WITHIN_MS)
}
