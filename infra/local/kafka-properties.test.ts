import { readFile } from 'node:fs/promises'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { type KafkaNodeAddress, nodeProperties } from './kafka-properties.ts'

const node = (id: number): KafkaNodeAddress => ({ id, port: 20_000 + id, controllerPort: 30_000 + id })

function read(properties: string): Map<string, string> {
  return new Map(
    properties
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

test('a single node replicates nothing', () => {
  const properties = read(nodeProperties(node(1), [node(1)], '/data'))
  expect(properties.get('offsets.topic.replication.factor')).toBe('1')
  expect(properties.get('min.insync.replicas')).toBe('1')
  expect(properties.get('controller.quorum.voters')).toBe('1@127.0.0.1:30001')
})

test('three nodes can lose one without losing what was acknowledged', () => {
  const properties = read(nodeProperties(node(2), [node(1), node(2), node(3)], '/data'))
  expect(properties.get('node.id')).toBe('2')
  expect(properties.get('offsets.topic.replication.factor')).toBe('3')
  expect(properties.get('default.replication.factor')).toBe('3')
  expect(properties.get('min.insync.replicas')).toBe('2')
  expect(properties.get('controller.quorum.voters')).toBe('1@127.0.0.1:30001,2@127.0.0.1:30002,3@127.0.0.1:30003')
})

test('any path reaches Java unchanged', () => {
  const asJava = (value: string) =>
    value.replaceAll(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code: string | undefined, character: string) =>
      code === undefined ? character : String.fromCharCode(Number.parseInt(code, 16)),
    )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const written = nodeProperties(node(1), [node(1)], `/${name}`)
      expect(written).toMatch(/^[\n -~]*$/)
      expect(asJava(read(written).get('log.dirs') ?? '')).toBe(`/${name}`)
    }),
  )
})

test('a node sets nothing that the shared file sets', async () => {
  const shared = read(await readFile(new URL('../kafka/server.properties', import.meta.url), 'utf8'))
  for (const name of read(nodeProperties(node(1), [node(1)], '/data')).keys()) expect(shared).not.toContain(name)
})
