export { RANGE_LIMITS } from './range.ts'
export { type ConsumerOptions, runConsumer } from './run-consumer.ts'
