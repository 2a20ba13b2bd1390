import { checkConnection, clickhouseEnvironment, connectionFrom } from '@caretally/clickhouse'
import { checkKafka, kafkaConnectionFrom, kafkaEnvironment } from '@caretally/kafka'
import { createLogger, readConfig, runProgram } from '@caretally/runtime'
import { Command } from 'commander'
import { z } from 'zod'

import { setUp } from './set-up.ts'

const CLIENT_ID = 'caretally-migrate'

const environment = z.object({
  ...kafkaEnvironment,
  ...clickhouseEnvironment,
  REPORTING_TIME_ZONE: z.string().default('America/Los_Angeles'),
})

new Command('migrate')
  .description(
    'Makes the topic and brings the tables up to date. Safe to run again, and while everything else runs. Configured by\n' +
      `the environment: ${Object.keys(environment.shape).join(', ')}`,
  )
  .parse()

await runProgram(async () => {
  const env = readConfig(environment, process.env)
  const { KAFKA_TOPIC: topic, REPORTING_TIME_ZONE: timeZone } = env
  const kafka = kafkaConnectionFrom(env)
  const clickhouse = connectionFrom(env)
  await Promise.all([checkKafka({ ...kafka, clientId: CLIENT_ID }), checkConnection(clickhouse)])
  await setUp({
    ...kafka,
    topic,
    clickhouse,
    timeZone,
    logger: createLogger({ name: CLIENT_ID, level: 'error', destination: process.stderr }),
  })
  process.stdout.write(`topic ${topic} and database ${clickhouse.database} are ready\n`)
})
