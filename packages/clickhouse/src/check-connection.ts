import { CaretallyError } from '@caretally/runtime'
import { z } from 'zod'

import { inDatabase, openClickHouse } from './client.ts'
import type { ClickHouseConnection } from './connection.ts'
import { systemCode, toClickHouseError } from './server-error.ts'

/** The first version whose behaviour on repeated inserts this was built and tested against. */
const VERSION_MIN = { year: 26, month: 3 }
const CHECK_MS_MAX = 3_000

const answerSchema = z.tuple([z.object({ version: z.string().regex(/^\d+\.\d+\./) })])

/**
 * Resolves when ClickHouse answers at the address, knows us and is new enough; the database need not exist yet. Decides
 * within {@link CHECK_MS_MAX}.
 *
 * @throws {CaretallyError} `clickhouse_unreachable`, `clickhouse_untrusted`, `clickhouse_wrong_password`,
 *   `clickhouse_too_old`, `clickhouse_refused`; the message is one line that names the address
 */
export async function checkConnection(connection: ClickHouseConnection): Promise<void> {
  const version = await askVersion(connection)
  const [year = 0, month = 0] = version.split('.').map(Number)
  const isOld = year < VERSION_MIN.year || (year === VERSION_MIN.year && month < VERSION_MIN.month)
  if (isOld) {
    throw new CaretallyError('clickhouse_too_old', `ClickHouse at ${connection.url} is version ${year}.${month}`, {
      hint: `version ${VERSION_MIN.year}.${VERSION_MIN.month} or later is needed`,
    })
  }
}

async function askVersion(connection: ClickHouseConnection): Promise<string> {
  await using client = openClickHouse(connection, { request_timeout_ms: CHECK_MS_MAX })
  try {
    const response = await client.query({
      query: 'SELECT version() AS version',
      format: 'JSONEachRow',
      abort_signal: AbortSignal.timeout(CHECK_MS_MAX),
      ...inDatabase('system'),
    })
    const [answer] = answerSchema.parse(await response.json())
    return answer.version
  } catch (error) {
    throw withAddress(error, connection.url)
  }
}

function withAddress(error: unknown, url: string): CaretallyError {
  if (error instanceof z.ZodError || error instanceof SyntaxError) {
    return new CaretallyError('clickhouse_unreachable', `what answers at ${url} is not ClickHouse`)
  }
  const reduced = toClickHouseError(error, `tell its version at ${url}`)
  if (reduced.code !== 'clickhouse_unreachable') return reduced
  return new CaretallyError(reduced.code, reduced.message, {
    retriable: true,
    hint: hintOf(systemCode(error) ?? '', url),
  })
}

function hintOf(code: string, url: string): string {
  if (/^(EPROTO$|ERR_SSL_)/.test(code)) {
    return 'TLS does not come about there: CLICKHOUSE_URL may have to begin with http://, or have another port'
  }
  if (url.startsWith('http:') && /^(ECONNRESET$|EPIPE$|HPE_)/.test(code)) {
    return 'what listens there may want TLS: CLICKHOUSE_URL may have to begin with https://, or have another port'
  }
  return 'check CLICKHOUSE_URL and that the server runs'
}
