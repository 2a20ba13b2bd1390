/**
 * Every line that a program can log: what it says → the name of its event, which is the line's field `event`. A name is stable:
 * alerts and searches depend on it, while the words may be improved. docs/operations.md tells what each means.
 */
export const LOG_EVENTS = {
  'metrics are served': 'metrics_served',
  'ended by a failure': 'program_failed',
  'from the Kafka client': 'kafka_client',

  'a batch was not acknowledged; sending it again with a new producer': 'batch_sent_again',
  'a discarded producer did not disconnect cleanly': 'producer_not_disconnected',

  'workers started': 'workers_started',
  'consumer started': 'consumer_started',
  'consumer stopped': 'consumer_stopped',
  'joined the consumer group': 'group_joined',
  'the Kafka consumer crashed': 'kafka_consumer_crashed',
  'partition loaded': 'partition_loaded',
  'range written': 'range_written',
  'failed, trying again': 'attempt_failed',
  'events refused by ClickHouse': 'events_refused',
  'rows lost by ClickHouse, written again': 'rows_written_again',
  'up to when the partitions have been read could not be recorded': 'watermarks_not_recorded',
  'the lag could not be read': 'lag_not_read',

  'a query was not answered': 'query_not_recorded',
  'a query failed': 'query_failed',
} as const

/** A line that a program may log. Whoever wants to log another one names its event first. */
export type LogMessage = keyof typeof LOG_EVENTS
