import { expect, test } from 'vitest'

import { boundTo, findLeftOut } from './left-out.ts'
import { root } from './run-program.ts'

const filesLeftOut = (infra: string) => findLeftOut(root, infra).map(({ file }) => file)

test('a test that starts servers itself is left to INFRA=local', () => {
  expect(boundTo("import { startClickHouse } from '@caretally/infra'")).toEqual({
    only: 'local',
    reason: 'it starts and stops servers itself',
  })
  const file = 'infra/local/kafka-cluster.servers.test.ts'
  expect(filesLeftOut('local')).not.toContain(file)
  expect(filesLeftOut('containers')).toContain(file)
  expect(filesLeftOut('external')).toContain(file)
})

test('a test that takes the servers it is given runs on all of them', () => {
  expect(boundTo("import { createTestTopic } from '@caretally/kafka/testing'")).toBeUndefined()
  for (const infra of ['local', 'containers', 'external'])
    expect(filesLeftOut(infra)).not.toContain('services/consumer/src/consumer.servers.test.ts')
})

test.each(['local', 'containers'])('a test can say why it needs INFRA=%s', (only) => {
  expect(boundTo(`// Only with INFRA=${only}: it looks at processes\nimport …`)).toEqual({
    only,
    reason: 'it looks at processes',
  })
})
