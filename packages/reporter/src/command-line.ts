import { connectDatabase, type Dimension, DIMENSIONS } from '@caretally/clickhouse'
import { type Clock, createCommand, runCommand } from '@caretally/runtime'
import { type Command, Option } from 'commander'

import { parseDimensions, parseFormat, splitList } from './arguments.ts'
import { type Day, parseDay, parseYears } from './calendar.ts'
import { assertDayRange } from './daily.ts'
import { renderAnnualPage } from './formats/html/annual-page.ts'
import { renderDailyPage } from './formats/html/daily-page.ts'
import { renderMetricsPage } from './formats/html/metrics-page.ts'
import { FORMATS, renderAnnual, renderDaily, renderMetrics } from './formats/render.ts'
import { findMetrics, type Metric, METRICS } from './metrics.ts'
import { type OutputOptions, type Publication, publish, type Surroundings } from './publish.ts'
import { annualDays, annualReport, dailyReport } from './report.ts'

interface World extends Surroundings {
  clock: Clock
}

interface AnnualOptions extends OutputOptions {
  years: number[]
  metrics?: Metric[]
}

interface DailyOptions extends OutputOptions {
  from: Day
  to: Day
  by?: Dimension[]
}

const EXAMPLES = `
Examples:
  npm run report -- annual --years 2015-2016
  npm run report -- annual --years 2016 --metrics digital_interactions,logins --format json
  npm run report -- annual --years 2015-2016 --format html --output report.html
  npm run report -- daily --from 2016-02-28 --to 2016-03-01 --by kind,channel --format csv --output days.csv
`

const APPLICATION = 'caretally-report'

/** What to do when nothing has been counted. */
const EMPTY_HINT =
  "Events are counted while 'npm run consumer' runs and 'npm run producers' sends some; 'npm run demo' shows it all."

/**
 * The command line `annual|daily|metrics`. Figures go to `stdout` or a file, remarks on them to `stderr`.
 *
 * @returns the exit status: 0, or 1 when the command line is wrong, which a line on `stderr` then says
 * @throws {CaretallyError} for what is wrong with an option's value, the configuration or the database
 */
export async function runReport(args: readonly string[], world: World): Promise<number> {
  return await runCommand(createProgram(world), args)
}

function createProgram(world: World): Command {
  const program = createCommand('report', world)
    .description('The figures of a patient portal, from the daily counts in ClickHouse.')
    .addHelpText('after', EXAMPLES)
  program
    .command('annual')
    .description('figures of whole years, each compared with the year before')
    .requiredOption('--years <years>', 'such as 2016, 2015-2016 or 2015,2016', parseYears)
    .option('--metrics <ids>', "only these, such as logins,telehealth_visits (see 'metrics')", parseMetrics)
    .addOption(formatOption())
    .addOption(outputOption())
    .action((options: AnnualOptions) => reportAnnual(options, world))
  program
    .command('daily')
    .description('counts of each day')
    .requiredOption('--from <day>', 'first day, as YYYY-MM-DD', parseDay)
    .requiredOption('--to <day>', 'last day, as YYYY-MM-DD', parseDay)
    .option('--by <dimensions>', `broken down by any of ${DIMENSIONS.join(',')}`, parseDimensions)
    .addOption(formatOption())
    .addOption(outputOption())
    .action((options: DailyOptions) => reportDaily(options, world))
  program
    .command('metrics')
    .description('the definitions of the annual figures')
    .addOption(formatOption())
    .addOption(outputOption())
    .action((options: OutputOptions) => reportMetrics(options, world))
  return program
}

function formatOption(): Option {
  return new Option('--format <format>', `one of ${FORMATS.join(', ')}`).argParser(parseFormat).default('table')
}

function outputOption(): Option {
  return new Option('--output <file>', 'write to this file')
}

async function reportAnnual({ years, metrics = [...METRICS], ...options }: AnnualOptions, world: World): Promise<void> {
  await using source = await connectDatabase(world.env, APPLICATION)
  const rows = await annualReport({ ...source, clock: world.clock, years, metrics })
  const origin = { made_ms: world.clock.now(), timeZone: source.timeZone }
  const isEmpty = rows.length === 0
  const silentYears = years.filter((year) => !rows.some((row) => row.year === year))
  await publish(
    {
      render: async (format, how) => {
        if (format !== 'html') return renderAnnual(rows, format, how)
        return renderAnnualPage({ rows, years, days: await annualDays(source.client, years), origin })
      },
      remark: silentYears.length > 0 ? remarkOnSilence(`in ${silentYears.join(', ')}`, isEmpty) : undefined,
      isEmpty,
    },
    options,
    world,
  )
}

async function reportDaily({ from, to, by = [], ...options }: DailyOptions, world: World): Promise<void> {
  assertDayRange(from, to)
  await using source = await connectDatabase(world.env, APPLICATION)
  const rows = await dailyReport({ ...source, clock: world.clock, from, to, by })
  const origin = { made_ms: world.clock.now(), timeZone: source.timeZone }
  const isEmpty = rows.every(({ events }) => events === 0)
  await publish(
    {
      render: (format, how) =>
        format === 'html' ? renderDailyPage({ rows, by, from, to, origin }) : renderDaily(rows, by, format, how),
      remark: isEmpty ? remarkOnSilence(from === to ? `on ${from}` : `from ${from} to ${to}`, isEmpty) : undefined,
      isEmpty,
    },
    options,
    world,
  )
}

async function reportMetrics(options: OutputOptions, world: World): Promise<void> {
  const render: Publication['render'] = (format, how) =>
    format === 'html' ? renderMetricsPage(METRICS) : renderMetrics(METRICS, format, how)
  await publish({ render }, options, world)
}

function remarkOnSilence(when: string, isEmpty: boolean): string {
  return `There are no events ${when}.${isEmpty ? ` ${EMPTY_HINT}` : ''}`
}

function parseMetrics(ids: string): Metric[] {
  return findMetrics(splitList(ids))
}
