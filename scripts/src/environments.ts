import { clickhouseEnvironment } from '@caretally/clickhouse'
import { kafkaEnvironment } from '@caretally/kafka'
import { anyText, reportingEnvironment } from '@caretally/runtime'
import { z } from 'zod'

/** The environment variables of `migrate`. */
export const migrateEnvironment = z.object({ ...kafkaEnvironment, ...clickhouseEnvironment, ...reportingEnvironment })

/** The environment variables of `up`. */
export const upEnvironment = z.object(reportingEnvironment)

/** The environment variables of `screenshots`; whoever launches the browser reads them. */
export const screenshotsEnvironment = z.object({
  CHROMIUM_PATH: anyText('a program').optional().describe('the Chromium to use; one in a usual place without it'),
})
