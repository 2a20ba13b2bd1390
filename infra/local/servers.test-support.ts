import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'

import { findKafkaJars } from './kafka-jars.ts'

export interface TestDirectory extends AsyncDisposable {
  readonly path: string
}

export async function makeTestDirectory(): Promise<TestDirectory> {
  const directory = await mkdtemp(path.join(tmpdir(), 'caretally-infra-'))
  return { path: directory, [Symbol.asyncDispose]: async () => await rm(directory, { recursive: true, maxRetries: 5 }) }
}

/** Whether a process of the group is left. */
export function isGroupThere(leader: number): boolean {
  try {
    process.kill(-leader, 0)
    return true
  } catch {
    return false
  }
}

/** With Kafka's own command line, so that nothing here needs a client. */
export async function createTopic(brokers: string[], topic: string): Promise<void> {
  const jars = await findKafkaJars()
  const classPath = path.join(jars ?? '', '*')
  const create = ['--bootstrap-server', brokers.join(','), '--create', '--topic', topic]
  await promisify(execFile)('java', ['-cp', classPath, 'org.apache.kafka.tools.TopicCommand', ...create])
}

interface ClickHouseAddress {
  url: string
  username: string
  password: string
}

/** What ClickHouse answers, be it a result or an error. */
export async function query({ url, username, password }: ClickHouseAddress, sql: string): Promise<string> {
  const headers = { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': password, Connection: 'close' }
  const response = await fetch(url, { method: 'POST', body: sql, headers })
  return (await response.text()).trim()
}
