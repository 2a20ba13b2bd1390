import { consumerEnvironment } from '@caretally/consumer'
import { dashboardEnvironment } from '@caretally/dashboard'
import { deadLettersEnvironment, forgetEnvironment, reconcileEnvironment } from '@caretally/ledger'
import { producersEnvironment } from '@caretally/producers'
import { reportEnvironment } from '@caretally/reporter'
import type { z } from 'zod'

import { migrateEnvironment, screenshotsEnvironment, upEnvironment } from '../environments.ts'

/** A program that is configured by environment variables. */
export interface ConfiguredProgram {
  /** Of `npm run`. */
  command: string
  environment: z.ZodObject
  remark?: string
}

/** All of them, in the order in which an operator meets them. */
export const CONFIGURED_PROGRAMS: readonly ConfiguredProgram[] = [
  { command: 'migrate', environment: migrateEnvironment },
  { command: 'producers', environment: producersEnvironment },
  { command: 'consumer', environment: consumerEnvironment },
  { command: 'dashboard', environment: dashboardEnvironment },
  { command: 'report', environment: reportEnvironment },
  { command: 'reconcile', environment: reconcileEnvironment },
  { command: 'realign', environment: reconcileEnvironment },
  {
    command: 'dead-letters',
    environment: deadLettersEnvironment,
    remark: 'Only `replay` reads those of Kafka and `LOG_LEVEL`; for all else nothing of them is required.',
  },
  { command: 'forget', environment: forgetEnvironment },
  { command: 'up', environment: upEnvironment },
  { command: 'screenshots', environment: screenshotsEnvironment },
]
