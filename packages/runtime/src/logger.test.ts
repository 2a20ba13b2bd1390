import { Writable } from 'node:stream'

import { expect, test } from 'vitest'
import { z } from 'zod'

import { CaretallyError } from './errors.ts'
import { createLogger, type Logger } from './logger.ts'

function linesOf(write: (logger: Logger) => void): Record<string, unknown>[] {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  write(createLogger({ name: 'test', destination }))
  return lines.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)))
}

test('only fields of the allow-list reach a line', () => {
  const [line] = linesOf((logger) => {
    logger.info({ topic: 't', partition: 3, subject: 'a pseudonym', value: 'an event' }, 'range written')
  })
  expect(line).toMatchObject({
    name: 'test',
    level: 'info',
    topic: 't',
    partition: 3,
    event: 'range_written',
    msg: 'range written',
  })
  expect(JSON.stringify(line)).not.toMatch(/pseudonym|an event/)
})

test('a line without an event of its own does not compile', () => {
  const [line] = linesOf((logger) => {
    // @ts-expect-error -- it is not one of the list
    logger.info({ topic: 't' }, 'something else')
  })
  expect(line).not.toHaveProperty('event')
})

test('the message of a foreign error stays out of the log, its code and frames do not', () => {
  const foreign = Object.assign(new Error('Cannot parse {"subject":"0123"}'), { code: '117' })
  const [line] = linesOf((logger) => {
    logger.error(
      { error: new CaretallyError('insert_failed', 'an insert failed', { cause: foreign }) },
      'consumer stopped',
    )
  })
  expect(line).toMatchObject({
    error: { code: 'insert_failed', message: 'an insert failed', cause: { name: 'Error', code: '117' } },
  })
  expect(JSON.stringify(line)).not.toMatch(/0123/)
})
