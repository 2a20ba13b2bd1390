import type { Logger } from './logger.ts'

/** Runs `work`, and logs its failure before it throws it: whoever reads the log sees why the program has ended. */
export async function logFailure<T>(logger: Logger, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    logger.fatal({ error }, 'ended by a failure')
    throw error
  }
}
