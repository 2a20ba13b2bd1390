import { expect, test } from 'vitest'

import { likelyReason } from './likely-reason.ts'

test.each([
  [
    'org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:9092: Address already in use.',
    'its port is taken',
  ],
  ['java.net.BindException: Address already in use', 'its port is taken'],
  [
    'Failed to acquire lock on file .lock in /d/node-1. A Kafka instance in another process or thread is using this directory.',
    'another server is running in its directory',
  ],
  [
    'Cannot lock file /d/data/status. Another server instance in same directory is already running.',
    'another server is running in its directory',
  ],
  ['java.io.IOException: No space left on device', 'the disk is full'],
  [
    'OpenJDK 64-Bit Server VM warning: INFO: os::commit_memory failed; error=Cannot allocate memory',
    'there is not enough memory',
  ],
])('%s → %s', (line, reason) => {
  expect(likelyReason(`something before\n${line}\n\tat a.stack.Frame\n`)).toBe(reason)
})

test('an unknown reason is the last line that speaks of an error', () => {
  expect(likelyReason('starting\nfirst error\nlast error: of all\nbye\n')).toBe('last error: of all')
})

test('without any error it is the last line, and without a line it says that', () => {
  expect(likelyReason('one\ntwo\n\n')).toBe('two')
  expect(likelyReason('')).toBe('it ended without a word')
})

test('it is never more than one bounded line', () => {
  expect(likelyReason(`error ${'x'.repeat(10_000)}`).length).toBeLessThanOrEqual(200)
})
