export * from './assembly.ts'
export { createCommand, createProgram, type OutputStream, runCommand, wholeNumberIn } from './command-shell.ts'
export { type Align, renderPlainTable } from './plain-table.ts'
export { certificateProblem, chainOf } from './certificate-problem.ts'
export { type Clock, systemClock } from './clock.ts'
export { type Environment, readConfig } from './config.ts'
export { describeVariables, fileVariable, needInWords, type Variable } from './describe-variables.ts'
export { environmentHelp } from './environment-help.ts'
export { logEnvironment, reportingEnvironment } from './environments.ts'
export { CaretallyError, describeError, toLine } from './errors.ts'
export { LOG_EVENTS, type LogMessage } from './log-events.ts'
export { keptAnswer } from './kept-answer.ts'
export { createLogger, type Logger } from './logger.ts'
export { createMetrics, mergeMetrics, type Metrics, type MetricsSnapshot } from './metrics.ts'
export { type Pace, retry, type RetryOptions } from './retry.ts'
export { logFailure } from './log-failure.ts'
export { runProgram } from './run-program.ts'
export {
  healthAnswer,
  type HealthCheck,
  metricsEnvironment,
  type MetricsPlace,
  metricsPlaceFrom,
  type Observed,
  serveMetrics,
} from './serve-metrics.ts'
export { settleAll } from './settle-all.ts'
export { anyNumber, anyText, certificateFile, needing, oneOf, port, secret, text, wholeNumber } from './variables.ts'
