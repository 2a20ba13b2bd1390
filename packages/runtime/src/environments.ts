import { oneOf, text } from './variables.ts'

/** The environment variable of every program that counts days, to be spread into its own schema. */
export const reportingEnvironment = {
  REPORTING_TIME_ZONE: text('a time zone such as America/Los_Angeles', isTimeZone)
    .default('America/Los_Angeles')
    .describe('the time zone of a day; fixed when the tables are made, and checked at every start'),
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** The environment variable of every program that writes a log, to be spread into its own schema. */
export const logEnvironment = {
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info').describe('the least level of lines that are written to the log'),
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
