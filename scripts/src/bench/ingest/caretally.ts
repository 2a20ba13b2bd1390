import { startConsumer } from '../../consumer-process.ts'
import type { Contender } from './contender.ts'

/** The consumer as an operator runs it, with nothing set but where everything is. */
export const caretally: Contender = { name: 'caretally', start: startConsumer }
