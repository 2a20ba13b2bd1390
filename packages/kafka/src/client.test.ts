import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'

import { writeEntry } from './client.ts'

const { ERROR, WARN } = kafkajs.logLevel
const LINE = 'from the Kafka client'

function written(
  namespace: string,
  level: kafkajs.logLevel,
  log: { message: string; error?: string; payload?: string },
) {
  const lines: unknown[] = []
  const at = (name: string) => (fields: object, message: string) => void lines.push([name, fields, message])
  writeEntry({ warn: at('warn'), debug: at('debug') }, { namespace, level, log: { timestamp: '', ...log } })
  return lines
}

test('a refused request is a warning with its reason, and nothing else that kafkajs attaches', () => {
  const log = { message: 'Response Fetch(key: 1, version: 11)', error: 'There is no leader', payload: 'secret' }
  expect(written('Connection', ERROR, log)).toEqual([
    ['warn', { namespace: 'kafkajs.Connection', said: log.message, reason: 'There is no leader' }, LINE],
  ])
})

test('what every member of a group hears now and then is no warning', () => {
  const error = 'The group is rebalancing, so a rejoin is needed'
  const log = { message: 'Response Heartbeat(key: 12, version: 3)', error }
  expect(written('Connection', ERROR, log)).toMatchObject([['debug', { said: log.message, reason: error }, LINE]])
})

test('the error of anything but a response stays out of the log', () => {
  const log = { message: 'Failed to send', error: 'could not write "…"' }
  expect(written('Producer', ERROR, log)).toEqual([
    ['warn', { namespace: 'kafkajs.Producer', said: log.message }, LINE],
  ])
  expect(written('Producer', WARN, log)).toEqual([
    ['debug', { namespace: 'kafkajs.Producer', said: log.message }, LINE],
  ])
})
