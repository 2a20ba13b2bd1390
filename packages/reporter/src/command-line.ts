import { connectDatabase, type Dimension, DIMENSIONS, type Period, PERIODS } from '@caretally/clickhouse'
import { CaretallyError, type Clock, createCommand, environmentHelp, runCommand } from '@caretally/runtime'
import { type Command, Option } from 'commander'

import { parseDimensions, parseFormat, parsePeriod, splitList } from './arguments.ts'
import { type Day, parseDay, parseYears } from './calendar.ts'
import { assertDayRange } from './daily.ts'
import { reportEnvironment } from './environment.ts'
import { renderAnnualPage } from './formats/html/annual-page.ts'
import { renderDailyPage } from './formats/html/daily-page.ts'
import { renderHistoryPage } from './formats/html/history-page.ts'
import { renderMembersPage } from './formats/html/members-page.ts'
import { renderMetricsPage } from './formats/html/metrics-page.ts'
import { FORMATS, renderAnnual, renderDaily, renderHistory, renderMembers, renderMetrics } from './formats/render.ts'
import { findMetrics, type Metric, METRICS } from './metrics.ts'
import { type OutputOptions, type Report, type Surroundings, writeReport } from './output.ts'
import { annualHistory } from './publication/history.ts'
import { publishAnnual, type Published } from './publication/publish-annual.ts'
import { assertInputs, yearsWithInputs } from './reference/inputs.ts'
import { readReference } from './reference/read-reference.ts'
import { annualDays, annualReport, dailyReport, membersReport } from './report.ts'

interface World extends Surroundings {
  clock: Clock
}

interface AnnualOptions extends OutputOptions {
  years: number[]
  metrics?: Metric[]
  reference?: string
  publish?: true
}

interface HistoryOptions extends OutputOptions {
  year: number
  metrics?: Metric[]
}

interface DailyOptions extends OutputOptions {
  from: Day
  to: Day
  by?: Dimension[]
}

interface MembersOptions extends OutputOptions {
  from: Day
  to: Day
  by: Period
  byRegion: boolean
  exact: boolean
}

const EXAMPLES = `
Examples:
  npm run report -- annual --years 2015-2016
  npm run report -- annual --years 2016 --metrics digital_interactions,logins --format json
  npm run report -- annual --years 2016 --reference packages/reporter/reference/kaiser-2016.yaml
  npm run report -- annual --years 2016 --publish
  npm run report -- history --year 2016
  npm run report -- annual --years 2015-2016 --format html --output report.html
  npm run report -- daily --from 2016-02-28 --to 2016-03-01 --by kind,channel --format csv --output days.csv
  npm run report -- members --from 2016-01-01 --to 2016-12-31 --by month --by-region
`

const APPLICATION = 'caretally-report'

/** What to do when nothing has been counted. */
const EMPTY_HINT =
  "Events are counted while 'npm run consumer' runs and 'npm run producers' sends some; 'npm run demo' shows it all."

/**
 * The command line `annual|history|daily|members|metrics`. Figures go to `stdout` or a file, remarks on them to `stderr`.
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
    .addHelpText('afterAll', environmentHelp(reportEnvironment))
  program
    .command('annual')
    .description('figures of whole years, each compared with the year before')
    .requiredOption('--years <years>', 'such as 2016, 2015-2016 or 2015,2016', parseYears)
    .option('--metrics <ids>', "only these, such as logins,telehealth_visits (see 'metrics')", parseMetrics)
    .option('--reference <file>', 'rates as well, by the members, physicians and visits that this YAML file names')
    .option('--publish', 'put the figures on record, as the next revision where they have changed')
    .addOption(formatOption())
    .addOption(outputOption())
    .action((options: AnnualOptions) => reportAnnual(options, world))
  program
    .command('history')
    .description('what was published of a year, and how it has changed since')
    .requiredOption('--year <year>', 'such as 2016', parseYear)
    .option('--metrics <ids>', 'only these', parseMetrics)
    .addOption(formatOption())
    .addOption(outputOption())
    .action((options: HistoryOptions) => reportHistory(options, world))
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
    .command('members')
    .description('distinct active members of each day, month or year; each of them is counted whole')
    .requiredOption('--from <day>', 'a day of the first one, as YYYY-MM-DD', parseDay)
    .requiredOption('--to <day>', 'a day of the last one, as YYYY-MM-DD', parseDay)
    .option('--by <period>', `one of ${PERIODS.join(', ')}`, parsePeriod, 'day')
    .option('--by-region', 'for each region; counts of 1 to 10, and what would tell them, are suppressed', false)
    .option('--exact', 'from all raw events of the time, instead of an estimate with an error of 0.8%', false)
    .addOption(formatOption())
    .addOption(outputOption())
    .action((options: MembersOptions) => reportMembers(options, world))
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

async function reportAnnual(options: AnnualOptions, world: World): Promise<void> {
  const { years, metrics = METRICS } = options
  const reference = options.reference === undefined ? undefined : await readReference(options.reference)
  if (options.metrics) assertInputs(options.metrics, years, reference)
  await using source = await connectDatabase(world.env, APPLICATION)
  const rows = await annualReport({ ...source, clock: world.clock, years, metrics, reference })
  const published = options.publish && (await publishAnnual({ client: source.client, clock: world.clock, rows }))
  const origin = { made_ms: world.clock.now(), timeZone: source.timeZone }
  const isEmpty = rows.length === 0
  const silentYears = yearsWithInputs(metrics, years, reference).filter(
    (year) => !rows.some((row) => row.year === year),
  )
  await writeReport(
    {
      render: async (format, how) => {
        if (format !== 'html') return renderAnnual(rows, format, how)
        return renderAnnualPage({ rows, years, days: await annualDays(source.client, years), origin })
      },
      remarks: [
        ...(silentYears.length > 0 ? [remarkOnSilence(`in ${silentYears.join(', ')}`, isEmpty)] : []),
        ...(published ? [remarkOnPublished(published)] : []),
      ],
      isEmpty,
    },
    options,
    world,
  )
}

async function reportHistory(
  { year, metrics = [...METRICS], ...options }: HistoryOptions,
  world: World,
): Promise<void> {
  await using source = await connectDatabase(world.env, APPLICATION)
  const rows = await annualHistory({ client: source.client, year, metrics })
  const isEmpty = rows.length === 0
  const origin = { made_ms: world.clock.now(), timeZone: source.timeZone }
  await writeReport(
    {
      render: (format, how) =>
        format === 'html' ? renderHistoryPage({ rows, year, origin }) : renderHistory(rows, format, how),
      remarks: isEmpty
        ? [`Nothing has been published of ${year}. 'report annual --years ${year} --publish' does it.`]
        : [],
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
  await writeReport(
    {
      render: (format, how) =>
        format === 'html' ? renderDailyPage({ rows, by, from, to, origin }) : renderDaily(rows, by, format, how),
      remarks: isEmpty ? [remarkOnSilence(between({ from, to }), isEmpty)] : [],
      isEmpty,
    },
    options,
    world,
  )
}

async function reportMetrics(options: OutputOptions, world: World): Promise<void> {
  const render: Report['render'] = (format, how) =>
    format === 'html' ? renderMetricsPage(METRICS) : renderMetrics(METRICS, format, how)
  await writeReport({ render }, options, world)
}

async function reportMembers({ format, output, ...asked }: MembersOptions, world: World): Promise<void> {
  assertDayRange(asked.from, asked.to)
  await using source = await connectDatabase(world.env, APPLICATION)
  const rows = await membersReport({ ...source, ...asked })
  const isEmpty = rows.length === 0
  const origin = { made_ms: world.clock.now(), timeZone: source.timeZone }
  await writeReport(
    {
      render: (format, how) =>
        format === 'html'
          ? renderMembersPage({ ...asked, rows, origin })
          : renderMembers(rows, asked.byRegion, format, how),
      remarks: isEmpty ? [remarkOnSilence(between(asked), isEmpty)] : [],
      isEmpty,
    },
    { format, ...(output !== undefined && { output }) },
    world,
  )
}

function between({ from, to }: { from: Day; to: Day }): string {
  return from === to ? `on ${from}` : `from ${from} to ${to}`
}

function remarkOnSilence(when: string, isEmpty: boolean): string {
  return `There are no events ${when}.${isEmpty ? ` ${EMPTY_HINT}` : ''}`
}

function remarkOnPublished({ revised, unchanged }: Published): string {
  const again = unchanged > 0 ? ` ${unchanged} are published as they are.` : ''
  if (revised.length === 0) return `Nothing to publish.${again}`
  const first = revised.filter(({ revision }) => revision === 1).length
  return `Published ${first} figures for the first time, and ${revised.length - first} that have changed.${again}`
}

function parseYear(text: string): number {
  const [year, ...others] = parseYears(text)
  if (year !== undefined && others.length === 0) return year
  throw new CaretallyError('years_invalid', `'${text}' is not one year`, { hint: 'write it as 2016' })
}

function parseMetrics(ids: string): Metric[] {
  return findMetrics(splitList(ids))
}
