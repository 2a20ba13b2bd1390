import { type ClickHouseClient, lastReconciliation, type Reconciliation, runQuery } from '@caretally/clickhouse'
import { type Clock, keptAnswer, type Metrics } from '@caretally/runtime'

/** How long what ClickHouse has told is good enough. */
const KEPT_MS_MAX = 5_000
const ANSWER_MS_MAX = 3_000

/** Tells when the ledger was last proved and what did not add up, as ClickHouse has it; NaN while it does not answer. */
export function measureLedger(metrics: Metrics, client: ClickHouseClient, clock: Pick<Clock, 'now'>): void {
  const ask = () =>
    runQuery(client, lastReconciliation, {}, AbortSignal.timeout(ANSWER_MS_MAX)).then(
      ([reconciliation]) => reconciliation,
      () => 'unknown' as const,
    )
  const read = keptAnswer<Reconciliation | undefined | 'unknown'>(ask, KEPT_MS_MAX, clock)
  const tell = async (value: (reconciliation: Reconciliation | undefined) => number) => {
    const reconciliation = await read()
    return reconciliation === 'unknown' ? NaN : value(reconciliation)
  }
  metrics.readGauge(
    {
      name: 'last_reconciliation_timestamp_seconds',
      help: 'When `reconcile` last ended, in seconds since the Unix epoch; 0 before the first time, NaN without ClickHouse',
    },
    () => tell((reconciliation) => (reconciliation?.finished_at_ms ?? 0) / 1_000),
  )
  metrics.readGauge(
    {
      name: 'last_reconciliation_drifts',
      help: 'How many things did not add up when `reconcile` last ended; NaN before the first time and without ClickHouse',
    },
    () => tell((reconciliation) => reconciliation?.drifts ?? NaN),
  )
}
