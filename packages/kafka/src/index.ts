export { checkKafka, createKafka } from './client.ts'
export { kafkaEnvironment, TOPIC } from './environment.ts'
export * from './publisher.ts'
export { checkTopic, ensureTopic, type TopicSpec } from './topics.ts'
