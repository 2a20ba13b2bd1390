import { clickhouseEnvironment, retentionEnvironment } from '@caretally/clickhouse'
import { groupEnvironment, kafkaEnvironment } from '@caretally/kafka'
import { anyText, oneOf, reportingEnvironment, wholeNumber } from '@caretally/runtime'
import { z } from 'zod'

/** A worker for each is the most that can be of use; Kafka itself has no limit. */
const PARTITIONS_MAX = 1_000

/** The environment variables of `migrate`. */
export const migrateEnvironment = z.object({
  ...kafkaEnvironment,
  ...groupEnvironment,
  KAFKA_PARTITIONS: wholeNumber(1, PARTITIONS_MAX)
    .optional()
    .describe(
      'how many partitions the topic has: one that is there gets what it lacks; without it a new one has 12, or 4 on fewer than three brokers',
    ),
  KAFKA_ACLS: oneOf(['true', 'false'])
    .default('false')
    .describe('whether the users of infra/kafka/acls.json are given their rights on the topic and the group'),
  ...clickhouseEnvironment,
  ...retentionEnvironment,
  ...reportingEnvironment,
})

/** The environment variables of `up`. */
export const upEnvironment = z.object(reportingEnvironment)

/** The environment variables of `screenshots`; whoever launches the browser reads them. */
export const screenshotsEnvironment = z.object({
  CHROMIUM_PATH: anyText('a program').optional().describe('the Chromium to use; one in a usual place without it'),
})
