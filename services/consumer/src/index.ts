export { BREAKER_LIMITS } from './breaker.ts'
export { RANGE_LIMITS } from './range.ts'
export { type ConsumerOptions, runConsumer } from './run-consumer.ts'
export { type Protection, PROTECTIONS, type Step, STEPS, type TestBuild } from './test-build.ts'
