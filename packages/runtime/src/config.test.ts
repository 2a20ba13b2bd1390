import { expect, test } from 'vitest'
import { z } from 'zod'

import { readConfig } from './config.ts'

const schema = z.object({
  KAFKA_BROKERS: z.string(),
  PORT: z.coerce.number('must be a number').int().default(80),
  SECRET: z.string().min(32, 'must have at least 32 characters'),
})

test('variables become typed values, and an empty one counts as absent', () => {
  const secret = 'x'.repeat(32)
  expect(readConfig(schema, { KAFKA_BROKERS: 'a:1', PORT: '', SECRET: secret, OTHER: 'ignored' })).toEqual({
    KAFKA_BROKERS: 'a:1',
    PORT: 80,
    SECRET: secret,
  })
})

test('all problems are reported at once, in one line, and no value is quoted', () => {
  const read = () => readConfig(schema, { PORT: 'eighty', SECRET: 'hunter2' })
  expect(read).toThrow(
    'wrong configuration: KAFKA_BROKERS is not set; PORT: must be a number; SECRET: must have at least 32 characters',
  )
  expect(read).not.toThrow(/hunter2|eighty/)
})
