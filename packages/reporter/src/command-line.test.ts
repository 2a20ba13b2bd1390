import path from 'node:path'

import { systemClock } from '@caretally/runtime'
import { describe, expect, test } from 'vitest'

import { runReport } from './command-line.ts'

const articleFile = path.join(import.meta.dirname, '..', 'reference', 'kaiser-2016.yaml')

async function run(...args: string[]) {
  const written = { stdout: '', stderr: '' }
  const status = await runReport(args, {
    env: {},
    clock: systemClock,
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  })
  return { status, ...written }
}

describe('a command line without ClickHouse', () => {
  test('the metrics can be listed', async () => {
    const { status, stdout } = await run('metrics', '--format', 'csv')
    expect(status).toBe(0)
    expect(stdout).toContain('digital_interactions,1,Digital interactions,interactions,events,')
  })

  test('the metrics can be listed as a page', async () => {
    const { stdout } = await run('metrics', '--format', 'html')
    expect(stdout).toMatch(/^<!doctype html>/)
    expect(stdout).toContain('Digital interactions without the logins.')
  })

  test('help is no error', async () => {
    const { status, stdout, stderr } = await run('annual', '--help')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('--years')
  })

  test('nothing asked is answered with the help, as an error', async () => {
    const { status, stderr } = await run()
    expect(status).toBe(1)
    expect(stderr).toContain('daily')
  })

  test.each([
    [
      ['metrics', '--formt', 'csv'],
      "caretally: unknown option '--formt' (Did you mean --format?); --help shows the options\n",
    ],
    [['annual'], "caretally: required option '--years <years>' not specified; --help shows the options\n"],
    [['anual'], "caretally: unknown command 'anual' (Did you mean annual?); --help shows the options\n"],
    [
      ['metrics', 'logins'],
      "caretally: too many arguments for 'metrics'. Expected 0 arguments but got 1; --help shows the options\n",
    ],
  ])('%j is refused in one line', async (args, line) => {
    expect(await run(...args)).toEqual({ status: 1, stdout: '', stderr: line })
  })

  test.each([
    [['annual', '--years', 'last'], 'years_invalid'],
    [['annual', '--years', '2016', '--metrics', 'steps'], 'metric_unknown'],
    [['annual', '--years', '2016', '--format', 'xml'], 'format_unknown'],
    [['daily', '--from', '2015-02-29', '--to', '2015-03-01'], 'day_invalid'],
    [['daily', '--from', '2016-01-01', '--to', '2016-01-01', '--by', 'member'], 'dimension_unknown'],
    [['members', '--from', '2016-01-01', '--to', '2016-01-01', '--by', 'week'], 'period_unknown'],
    [['members', '--from', '2016-03-01', '--to', '2016-02-29'], 'range_invalid'],
    [['annual', '--years', '2016'], 'config_invalid'],
  ])('%j fails with %s', async (args, code) => {
    await expect(run(...args)).rejects.toMatchObject({ code })
  })

  test.each([
    ['logins', 'missing.yaml', 'reference_unreadable', 'cannot read missing.yaml'],
    ['logins', articleFile, 'config_invalid', ''],
    [
      'logins,digital_visit_share',
      articleFile,
      'reference_lacking',
      'digital_visit_share needs the in-person visits of 2016, which no reference gives',
    ],
  ])('%s by %s fails with %s before ClickHouse is needed', async (metrics, file, code, message) => {
    const asked = run('annual', '--years', '2016', '--metrics', metrics, '--reference', file)
    await expect(asked).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  test('a metric that needs a reference says so when there is none', async () => {
    const asked = run('annual', '--years', '2015,2016', '--metrics', 'digital_visit_share')
    await expect(asked).rejects.toMatchObject({
      code: 'reference_lacking',
      message: 'digital_visit_share needs the in-person visits of 2015, 2016, which no reference gives',
      hint: '--reference names a file that has in_person_visits',
    })
  })

  test('a wrong range is told before ClickHouse is needed', async () => {
    const backwards = run('daily', '--from', '2016-03-01', '--to', '2016-02-29')
    await expect(backwards).rejects.toMatchObject({ code: 'range_invalid' })
  })
})
