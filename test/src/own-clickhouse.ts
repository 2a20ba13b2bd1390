import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { type ClickHouse, type ClickHouseRole, startClickHouse } from '@caretally/infra'
import { createTestTopic, type TestTopic } from '@caretally/kafka/testing'

import { kafkaVariables } from './program-environment.ts'

/** A ClickHouse of the test's own, whose users and grants are for the database `caretally`, and a topic. */
export interface OwnClickHouse extends AsyncDisposable {
  /** Where its state is; gone with it. */
  directory: string
  server: ClickHouse
  topic: TestTopic
  /** What a program knows both by, as the user of this role. */
  envOf(role: ClickHouseRole): Record<string, string>
}

export async function startOwnClickHouse({ partitions }: { partitions: number }): Promise<OwnClickHouse> {
  const directory = await mkdtemp(path.join(tmpdir(), 'caretally-clickhouse-'))
  const server = await startClickHouse({ directory })
  const topic = await createTestTopic({ partitions })
  return {
    directory,
    server,
    topic,
    envOf(role) {
      const { username, password } = server.users[role]
      return {
        ...kafkaVariables(topic),
        CLICKHOUSE_URL: server.url,
        CLICKHOUSE_USER: username,
        CLICKHOUSE_PASSWORD: password,
        MEMBER_PSEUDONYM_KEY: '00'.repeat(32),
      }
    },
    async [Symbol.asyncDispose]() {
      await topic[Symbol.asyncDispose]()
      await server.stop()
      await rm(directory, { recursive: true })
    },
  }
}
