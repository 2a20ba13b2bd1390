import { expect, test } from 'vitest'

import { findLocalOnly, whyLocalOnly } from './local-only.ts'
import { root } from './run-program.ts'

test('a test that starts servers itself is left to INFRA=local', () => {
  expect(whyLocalOnly("import { startClickHouse } from '@caretally/infra'")).toBe('it starts and stops servers itself')
  expect(findLocalOnly(root).map(({ file }) => file)).toContain('infra/local/kafka-cluster.servers.test.ts')
})

test('a test that takes the servers it is given runs on all of them', () => {
  expect(whyLocalOnly("import { createTestTopic } from '@caretally/kafka/testing'")).toBeUndefined()
  expect(findLocalOnly(root).map(({ file }) => file)).not.toContain('services/consumer/src/consumer.servers.test.ts')
})

test('a test can say why it needs local servers', () => {
  expect(whyLocalOnly('// Only with INFRA=local: it looks at processes\nimport …')).toBe('it looks at processes')
})
