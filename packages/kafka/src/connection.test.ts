import { fileURLToPath } from 'node:url'

import { type Environment, readConfig } from '@caretally/runtime'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { kafkaConnectionFrom } from './connection.ts'
import { kafkaEnvironment } from './environment.ts'

const THIS_FILE = fileURLToPath(import.meta.url)
const SASL = { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_USERNAME: 'hunter1', KAFKA_SASL_PASSWORD: 'hunter2' }

const connectionOf = (env: Environment) =>
  kafkaConnectionFrom(readConfig(z.object(kafkaEnvironment), { KAFKA_BROKERS: 'one:1', ...env }))

test('brokers alone mean plain TCP, without a password', () => {
  expect(connectionOf({ KAFKA_BROKERS: 'one:1, two:2' })).toEqual({ brokers: ['one:1', 'two:2'], security: {} })
})

test('TLS and credentials are taken each by itself or together', () => {
  const sasl = { mechanism: 'scram-sha-512', username: 'hunter1', password: 'hunter2' }
  expect(connectionOf({ KAFKA_TLS: 'true' }).security).toEqual({ tls: {} })
  expect(connectionOf(SASL).security).toEqual({ sasl })
  expect(connectionOf({ KAFKA_TLS: 'true', ...SASL }).security).toEqual({ tls: {}, sasl })
})

test.each<[string, Environment]>([
  ['KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME', { ...SASL, KAFKA_SASL_USERNAME: '' }],
  ['KAFKA_SASL_MECHANISM needs KAFKA_SASL_PASSWORD', { ...SASL, KAFKA_SASL_PASSWORD: '' }],
  ['KAFKA_SASL_USERNAME needs KAFKA_SASL_MECHANISM', { KAFKA_SASL_USERNAME: 'hunter1' }],
  ['KAFKA_SASL_PASSWORD needs KAFKA_SASL_MECHANISM', { KAFKA_SASL_PASSWORD: 'hunter2' }],
  ['KAFKA_SASL_MECHANISM: must be plain, scram-sha-256 or scram-sha-512', { ...SASL, KAFKA_SASL_MECHANISM: 'hunter' }],
  [
    'KAFKA_SASL_MECHANISM=plain needs KAFKA_TLS=true: it sends the password as it is',
    { ...SASL, KAFKA_SASL_MECHANISM: 'plain' },
  ],
  ['KAFKA_TLS: must be true or false', { KAFKA_TLS: 'hunter' }],
  ['KAFKA_TLS_CA_FILE needs KAFKA_TLS=true', { KAFKA_TLS_CA_FILE: THIS_FILE }],
  ['KAFKA_TLS_CA_FILE: cannot be read (ENOENT)', { KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: '/hunter' }],
  ['KAFKA_TLS_CA_FILE: holds no certificate', { KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: '/dev/null' }],
])('%s: one line says so and quotes no value', (problem, env) => {
  const connect = () => connectionOf(env)
  expect(connect).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(problem) }),
  )
  expect(connect).not.toThrow(/hunter/)
})
