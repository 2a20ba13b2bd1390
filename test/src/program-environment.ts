import type { ClickHouseConnection } from '@caretally/clickhouse'

/** What a program knows a database by. */
export function clickhouseVariables({ url, username, password, database }: ClickHouseConnection) {
  return {
    CLICKHOUSE_URL: url,
    CLICKHOUSE_USER: username,
    CLICKHOUSE_PASSWORD: password,
    CLICKHOUSE_DATABASE: database,
  }
}

/** What a program knows a topic by, and a consumer group that nobody else has. */
export function kafkaVariables({ brokers, topic }: { brokers: readonly string[]; topic: string }) {
  return { KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC: topic, KAFKA_GROUP: topic }
}
