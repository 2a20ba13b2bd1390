import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { ProvidedClickHouse } from '@caretally/clickhouse/testing'
import { startServers } from '@caretally/infra'
import type { ProvidedKafka } from '@caretally/kafka/testing'
import type { TestProject } from 'vitest/node'

/** One real Kafka and one real ClickHouse for the whole run; each test file makes its own topics and databases on them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(tmpdir(), 'caretally-test-'))
  const servers = await startServers({ directory })
  const { url, username, password } = servers.clickhouse
  const provided = {
    kafka: { brokers: [...servers.kafka.brokers] } satisfies ProvidedKafka,
    clickhouse: { url, username, password } satisfies ProvidedClickHouse,
  }
  project.provide('kafka', provided.kafka)
  project.provide('clickhouse', provided.clickhouse)
  return async () => {
    await servers.stop()
    await rm(directory, { recursive: true })
  }
}
