import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'

import { readConfig } from './config.ts'
import { reportingEnvironment } from './environments.ts'
import { anyText, certificateFile, needing, oneOf, port, secret, text } from './variables.ts'

const schema = z.object({
  BROKERS: anyText('host:port'),
  PORT: port().default(80),
  SECRET: secret(text('of at least 32 characters', (value) => value.length >= 32)),
})
const SECRET = 'x'.repeat(32)

const directory = mkdtempSync(path.join(tmpdir(), 'caretally-config-'))
afterAll(() => rmSync(directory, { recursive: true }))

function fileOf(content: string): string {
  const file = path.join(directory, `${Math.random()}`)
  writeFileSync(file, content)
  return file
}

test('variables become typed values, and an empty one counts as absent', () => {
  const env = { BROKERS: 'a:1', PORT: '', SECRET, SECRET_FILE: '', OTHER: 'ignored' }
  expect(readConfig(schema, env)).toEqual({ BROKERS: 'a:1', PORT: 80, SECRET })
})

test('all problems are reported at once, in one line, with what is allowed, and no value is quoted', () => {
  const read = () => readConfig(schema, { PORT: 'eighty', SECRET: 'hunter2' })
  expect(read).toThrow(
    'wrong configuration: BROKERS is not set: it must be host:port; PORT: must be a port from 1 to 65535; ' +
      'SECRET: must be of at least 32 characters',
  )
  expect(read).not.toThrow(/hunter2|eighty/)
})

test.each([
  ['a newline at its end', `${SECRET}\n`, SECRET],
  ['a newline of Windows', `${SECRET}\r\n`, SECRET],
  ['no newline', SECRET, SECRET],
  ['more than one newline, of which the last does not belong to it', `${SECRET}\n\n`, `${SECRET}\n`],
  ['blanks, which do', ` ${SECRET} `, ` ${SECRET} `],
])('a secret may be in a file, with %s', (_, content, expected) => {
  expect(readConfig(schema, { BROKERS: 'a:1', SECRET_FILE: fileOf(content) }).SECRET).toBe(expected)
})

test.each([
  ['SECRET and SECRET_FILE are both set', { SECRET, SECRET_FILE: fileOf(SECRET) }],
  ['SECRET_FILE: cannot be read (ENOENT)', { SECRET_FILE: '/hunter2' }],
  ['SECRET_FILE: cannot be read (EISDIR)', { SECRET_FILE: directory }],
  ['SECRET_FILE: is empty', { SECRET_FILE: fileOf('') }],
  ['SECRET_FILE: is empty', { SECRET_FILE: fileOf('\n') }],
  ['SECRET (in SECRET_FILE): must be of at least 32 characters', { SECRET_FILE: fileOf('hunter2') }],
  ['SECRET is not set, nor is SECRET_FILE: it must be of at least 32 characters', {}],
])('%s: it says only that, and quotes neither the secret nor the file', (problem, env) => {
  const read = () => readConfig(schema, { BROKERS: 'a:1', ...env })
  expect(read).toThrow(expect.objectContaining({ code: 'config_invalid', message: `wrong configuration: ${problem}` }))
  expect(read).not.toThrow(new RegExp(`hunter2|${SECRET}|${directory}`))
})

test('only a secret may be in a file', () => {
  expect(() => readConfig(schema, { SECRET, BROKERS_FILE: fileOf('a:1') })).toThrow(/: BROKERS is not set: /)
})

const needy = z.object({
  TLS: oneOf(['true', 'false']).default('false'),
  CA_FILE: needing(certificateFile(), { variable: 'TLS', value: 'true' }).optional(),
  MECHANISM: needing(
    oneOf(['plain', 'scram']),
    { variable: 'PASSWORD' },
    { when: 'plain', variable: 'TLS', value: 'true', because: 'it is sent as it is' },
  ).optional(),
  PASSWORD: secret(anyText('a password')).optional(),
  URL: needing(anyText('an address'), { variable: 'TLS', prefix: 'tr' }).optional(),
})

test('contradictions are reported together with what is wrong by itself', () => {
  expect(() => readConfig(needy, { TLS: 'yes', MECHANISM: 'plain', CA_FILE: '/nowhere', URL: 'u' })).toThrow(
    'wrong configuration: TLS: must be true or false; CA_FILE: cannot be read (ENOENT); CA_FILE needs TLS=true; ' +
      'MECHANISM needs PASSWORD; MECHANISM=plain needs TLS=true: it is sent as it is; URL needs TLS=tr…',
  )
})

test('what is needed may be in a file, and is told only once when that cannot be read', () => {
  const password = fileOf('secret\n')
  expect(readConfig(needy, { MECHANISM: 'scram', PASSWORD_FILE: password }).PASSWORD).toBe('secret')
  const read = () => readConfig(needy, { MECHANISM: 'scram', PASSWORD_FILE: '/nowhere' })
  expect(read).toThrow(/^wrong configuration: PASSWORD_FILE: cannot be read \(ENOENT\)$/)
})

test('a time zone that does not exist is reported by the name of its variable', () => {
  const read = (timeZone: string) => readConfig(z.object(reportingEnvironment), { REPORTING_TIME_ZONE: timeZone })
  expect(read('America/Denver')).toEqual({ REPORTING_TIME_ZONE: 'America/Denver' })
  expect(() => read('America/Kaiser')).toThrow('REPORTING_TIME_ZONE: must be a time zone such as America/Los_Angeles')
})

test('a file of certificates becomes what it holds', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n'
  expect(readConfig(needy, { TLS: 'true', CA_FILE: fileOf(pem) }).CA_FILE).toBe(pem)
})
