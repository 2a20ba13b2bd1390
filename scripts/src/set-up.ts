import { readFile } from 'node:fs/promises'

import { migrate, openClickHouse, type ClickHouseConnection, type Retention } from '@caretally/clickhouse'
import { parseTopicSettings } from '@caretally/events'
import { createKafka, ensureTopic, growTopic, type KafkaConnection } from '@caretally/kafka'
import type { Logger } from '@caretally/runtime'

import { rootPath } from './root.ts'
import { setUpAcls } from './set-up-acls.ts'

interface SetUpOptions extends KafkaConnection {
  topic: string
  /** How many the topic has at the end; as infra/kafka/topics.json says for a new one without it. */
  partitions?: number | undefined
  /** Whose consumer group the ACLs are for; without it there are none made. */
  aclGroup?: string | undefined
  clickhouse: ClickHouseConnection
  timeZone: string
  /** How long raw data are kept; as by default without it. */
  retention?: Retention
  logger: Logger
}

/** Makes the topic and brings ClickHouse's schema up to date. Safe to call again, and while everything runs. */
export async function setUp(options: SetUpOptions): Promise<void> {
  await Promise.all([setUpTopic(options), setUpSchema(options)])
}

const DAY_MS = 86_400_000
/** From this many brokers on, the topic is replicated. */
const CLUSTER_BROKERS_MIN = 3

/** Makes the topic, gives it the partitions that it lacks, and says who may use it. Safe to call again. */
export async function setUpTopic({
  brokers,
  security,
  topic,
  partitions,
  aclGroup,
  logger,
}: Omit<SetUpOptions, 'clickhouse' | 'timeZone'>): Promise<void> {
  const file = await readFile(rootPath('infra/kafka/topics.json'), 'utf8')
  const { retentionDays, single, cluster } = parseTopicSettings(file)
  const admin = createKafka({ brokers, security, clientId: 'caretally-set-up', logger }).admin()
  await admin.connect()
  try {
    const { brokers: nodes } = await admin.describeCluster()
    const layout = nodes.length >= CLUSTER_BROKERS_MIN ? cluster : single
    const retention_ms = retentionDays * DAY_MS
    await ensureTopic(admin, { topic, ...layout, ...(partitions !== undefined && { partitions }), retention_ms })
    if (partitions !== undefined) await growTopic(admin, topic, partitions)
    if (aclGroup !== undefined) await setUpAcls(admin, topic, aclGroup)
  } finally {
    await admin.disconnect()
  }
}

/** Brings ClickHouse's schema up to date. Safe to call again. */
export async function setUpSchema({
  clickhouse,
  timeZone,
  retention,
}: Pick<SetUpOptions, 'clickhouse' | 'timeZone' | 'retention'>): Promise<void> {
  const client = openClickHouse(clickhouse)
  try {
    await migrate({ client, database: clickhouse.database, timeZone, ...(retention && { retention }) })
  } finally {
    await client.close()
  }
}
