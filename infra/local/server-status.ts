import { readKafkaMetadata } from './kafka-metadata.ts'
import { findRunningServers } from './running-servers.ts'

export type ServersStatus = { status: 'stopped' } | RunningStatus

export interface RunningStatus {
  status: 'running'
  /** ISO 8601 */
  startedAt: string
  /** The process that holds both servers. */
  pid: number
  /** `topics` counts all but Kafka's own; null when Kafka does not answer. */
  kafka: { brokers: string[]; pids: number[]; topics: number | null }
  /** `version` is null when ClickHouse does not answer. */
  clickhouse: { url: string; username: string; passwordFile: string; pid: number; version: string | null }
}

const ANSWER_MS_MAX = 2_000

/** What is running in the checkout at `root`, and whether it answers. The password is not part of it. */
export async function readStatus(root: string): Promise<ServersStatus> {
  const running = await findRunningServers(root)
  if (!running) return { status: 'stopped' }
  const { pid, startedAt, kafka } = running
  const { url, username, password, passwordFile, pid: clickhousePid } = running.clickhouse
  const [topics, version] = await Promise.all([
    countTopics(kafka.brokers[0]).catch(() => null),
    readVersion(url, username, password).catch(() => null),
  ])
  return {
    status: 'running',
    startedAt,
    pid,
    kafka: { brokers: kafka.brokers, pids: kafka.pids, topics },
    clickhouse: { url, username, passwordFile, pid: clickhousePid, version },
  }
}

async function countTopics(broker: string | undefined): Promise<number> {
  const port = Number(broker?.split(':').at(-1))
  return (await readKafkaMetadata(port)).topics.length
}

async function readVersion(url: string, username: string, password: string): Promise<string | null> {
  const headers = { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': password }
  const signal = AbortSignal.timeout(ANSWER_MS_MAX)
  const response = await fetch(url, { method: 'POST', body: 'SELECT version()', headers, signal })
  return response.ok ? (await response.text()).trim() : null
}
