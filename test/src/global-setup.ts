import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

import { clickhouseEnvironment } from '@caretally/clickhouse'
import type { ProvidedClickHouse } from '@caretally/clickhouse/testing'
import { startServers } from '@caretally/infra'
import { chooseInfra, type Infra, startContainers } from '@caretally/infra/containers'
import { kafkaEnvironment } from '@caretally/kafka'
import type { ProvidedKafka } from '@caretally/kafka/testing'
import { readConfig } from '@caretally/runtime'
import type { TestProject } from 'vitest/node'
import { z } from 'zod'

interface TestServers {
  kafka: ProvidedKafka
  clickhouse: ProvidedClickHouse
  stop: () => Promise<void>
}

/**
 * One real Kafka and one real ClickHouse for the whole run; each test file makes its own topics and databases on them. INFRA
 * chooses which ones. A run whose servers cannot be had fails.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { kafka, clickhouse, stop } = await SERVERS[await chooseInfra(process.env)]()
  const { url, username, password } = clickhouse
  project.provide('kafka', { brokers: [...kafka.brokers] })
  project.provide('clickhouse', { url, username, password })
  return stop
}

const SERVERS: Record<Infra, () => Promise<TestServers>> = {
  local: async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'caretally-test-'))
    const servers = await startServers({ directory })
    const stop = async () => {
      await servers.stop()
      await rm(directory, { recursive: true })
    }
    return { ...servers, stop }
  },
  containers: () => startContainers(),
  /** Whose topics and databases the tests make and drop; what else they hold is not touched. */
  external: () => {
    const { KAFKA_BROKERS, CLICKHOUSE_URL, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD } = readConfig(
      z.object({ KAFKA_BROKERS: kafkaEnvironment.KAFKA_BROKERS, ...clickhouseEnvironment }),
      process.env,
    )
    return Promise.resolve({
      kafka: { brokers: KAFKA_BROKERS.split(',').map((address) => address.trim()) },
      clickhouse: { url: CLICKHOUSE_URL, username: CLICKHOUSE_USER, password: CLICKHOUSE_PASSWORD },
      stop: () => Promise.resolve(),
    })
  },
}
