import { connectDatabase } from '@caretally/clickhouse'
import { annualReport, renderAnnual, reportEnvironment } from '@caretally/reporter'
import { createProgram, runProgram, systemClock, wholeNumberIn } from '@caretally/runtime'

import { checkAgainstArticle } from '../demo/article.ts'
import { awaitWatermark } from '../demo/await-watermark.ts'
import { renderChecks } from '../render-checks.ts'

const YEARS = [2015, 2016]
const SCALE_MAX = 100_000
const WAIT_MS_MAX = 600_000

const program = createProgram('figures', reportEnvironment)
  .description(
    'Waits until all that is in Kafka by now is counted, and holds the annual figures of the replayed years against those ' +
      'that a health system published for 2016. Exits with 0 only if every figure agrees.',
  )
  .option('--scale <n>', 'by what the replay divided the annual totals', wholeNumberIn(1, SCALE_MAX), 1_000)
  .option('--dashboard <url>', 'an address to print in the end')
  .parse()
const { scale, dashboard } = program.opts<{ scale: number; dashboard?: string }>()

await runProgram(async (signal) => {
  await using database = await connectDatabase(process.env, 'caretally-figures')
  const since = { since_ms: systemClock.now(), wait_ms_max: WAIT_MS_MAX }
  await awaitWatermark({ ...database, ...since, clock: systemClock, signal })
  const annual = await annualReport({ ...database, years: YEARS, clock: systemClock })
  const checks = checkAgainstArticle(annual, scale)
  const failed = checks.filter(({ ok }) => !ok).length
  const verdict =
    failed === 0 ? `all ${checks.length} figures agree` : `${failed} of ${checks.length} figures do not agree`
  process.stdout.write(`\n${renderAnnual(annual, 'table', { colours: false })}\n${renderChecks(checks)}\n${verdict}\n`)
  if (dashboard !== undefined) process.stdout.write(`the dashboard is at ${dashboard}\n`)
  return failed === 0 ? 0 : 1
})
