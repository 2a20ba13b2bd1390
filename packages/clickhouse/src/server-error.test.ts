import { CaretallyError, describeError, toLine } from '@caretally/runtime'
import { ClickHouseError } from '@clickhouse/client'
import { expect, test } from 'vitest'

import { toClickHouseError } from './server-error.ts'

const secret = '0123456789abcdef0123456789abcdef'

function refuse(code: string, type: string): CaretallyError {
  const message = `Cannot parse input: at row 7: subject ${secret}\n at ${secret}`
  return toClickHouseError(new ClickHouseError({ message, code, type }), 'insert into events')
}

test('an error of the server is its name and number, and nothing of its text', () => {
  const error = refuse('252', 'TOO_MANY_PARTS')
  expect(toLine(error)).toBe('ClickHouse refused to insert into events: TOO_MANY_PARTS (252)')
  expect(JSON.stringify(describeError(error)) + error.stack).not.toContain(secret)
})

test('an error that time may mend is retriable, one that needs somebody is not', () => {
  expect(refuse('252', 'TOO_MANY_PARTS').retriable).toBe(true)
  expect(refuse('241', 'MEMORY_LIMIT_EXCEEDED').retriable).toBe(true)
  expect(refuse('319', 'UNKNOWN_STATUS_OF_INSERT').retriable).toBe(true)
  expect(refuse('60', 'UNKNOWN_TABLE').retriable).toBe(false)
  expect(refuse('469', 'VIOLATED_CONSTRAINT')).toMatchObject({ code: 'clickhouse_content_refused', retriable: false })
  expect(refuse('99999', 'SOMETHING_NEW').retriable).toBe(false)
  expect(refuse('516', 'AUTHENTICATION_FAILED')).toMatchObject({ code: 'clickhouse_wrong_password', retriable: false })
})

test('no answer, in time or at all, is retriable', () => {
  const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
  for (const error of [reset, new Error('Timeout error.'), new Error('<h1>Bad Gateway</h1>')]) {
    expect(toClickHouseError(error, 'insert')).toMatchObject({ code: 'clickhouse_unreachable', retriable: true })
  }
})

test.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
  'a certificate that is not trusted needs somebody: %s',
  (code) => {
    const error = toClickHouseError(Object.assign(new Error('certificate'), { code }), 'insert')
    expect(error).toMatchObject({ code: 'clickhouse_untrusted', retriable: false })
    expect(toLine(error)).toMatch(new RegExp(`${code}.*CLICKHOUSE_TLS_CA_FILE`))
  },
)

test('a mistake of our own is not retried', () => {
  const error = toClickHouseError(new TypeError('x is not a function'), 'insert')
  expect(error).toMatchObject({ code: 'clickhouse_failed', retriable: false })
})

test('an error that is reduced already stays as it is', () => {
  const error = new CaretallyError('block_uneven', 'half a row')
  expect(toClickHouseError(error, 'insert')).toBe(error)
})
