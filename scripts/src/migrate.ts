import { checkConnection, connectionFrom, retentionFrom } from '@caretally/clickhouse'
import { checkKafka, kafkaConnectionFrom } from '@caretally/kafka'
import { createLogger, createProgram, readConfig, runProgram } from '@caretally/runtime'

import { migrateEnvironment } from './environments.ts'
import { setUp } from './set-up.ts'

const CLIENT_ID = 'caretally-migrate'

createProgram('migrate', migrateEnvironment)
  .description(
    'Makes the topic and, with KAFKA_ACLS=true, its ACLs, and brings the tables up to date. Safe to run again, and while ' +
      'everything else runs.',
  )
  .parse()

await runProgram(async () => {
  const env = readConfig(migrateEnvironment, process.env)
  const { KAFKA_TOPIC: topic, REPORTING_TIME_ZONE: timeZone } = env
  const kafka = kafkaConnectionFrom(env)
  const clickhouse = connectionFrom(env)
  await Promise.all([checkKafka({ ...kafka, clientId: CLIENT_ID }), checkConnection(clickhouse)])
  await setUp({
    ...kafka,
    topic,
    partitions: env.KAFKA_PARTITIONS,
    aclGroup: env.KAFKA_ACLS === 'true' ? env.KAFKA_GROUP : undefined,
    clickhouse,
    timeZone,
    retention: retentionFrom(env),
    logger: createLogger({ name: CLIENT_ID, level: 'error', destination: process.stderr }),
  })
  process.stdout.write(`topic ${topic} and database ${clickhouse.database} are ready\n`)
})
