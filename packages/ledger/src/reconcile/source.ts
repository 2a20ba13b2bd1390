import type { ClickHouseClient } from '@caretally/clickhouse'
import type { Clock } from '@caretally/runtime'
import type { Admin } from 'kafkajs'

import type { Progress } from './ledger.ts'

/** What a proof looks at, and within which bounds. */
export interface Source {
  /** Connected. */
  admin: Admin
  /** Its request timeout has to allow for scans: a pass over all raw rows takes about a second for each 20,000,000. */
  clickhouse: ClickHouseClient
  group: string
  topic: string
  /** The reporting time zone, which has to be the schema's. */
  timeZone: string
  /** What any one query may take of the server's memory. More memory means fewer passes. */
  memory_bytes_max: number
  /** How many repeated events are kept in mind at a time. */
  repeated_max: number
  clock: Clock
  signal?: AbortSignal | undefined
  onProgress?: ((progress: Progress) => void) | undefined
}
