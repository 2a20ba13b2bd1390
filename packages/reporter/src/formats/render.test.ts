import { stripVTControlCharacters } from 'node:util'

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { AnnualRow } from '../annual.ts'
import type { DailyRow } from '../counts.ts'
import type { MembersRow } from '../members.ts'
import { METRICS } from '../metrics.ts'
import { renderAnnual, renderDaily, renderMembers, renderMetrics } from './render.ts'
import { refills, share } from './rows.test-support.ts'

describe('annual figures', () => {
  test('the table shows each figure with its change, its days, its status and beneath its definition', () => {
    expect(renderAnnual([refills, share], 'table')).toBe(
      [
        'Metric                  Year   Value  Per day  Year before  Change  Change per day        Days  Status',
        'Prescriptions refilled  2016  21,800     59.6       19,400  +12.4%          +12.1%  366 of 366  final',
        'Mobile share of logins  2016   61.0%        –        55.0%  +10.9%               –  366 of 366  final',
        '',
        'The change of a share is relative, not in percentage points.',
        '',
        'Definitions',
        '  Prescriptions refilled (prescriptions_refilled v1, in prescriptions)',
        '    Prescriptions whose refill was requested online.',
        '  Mobile share of logins (mobile_login_share v1, in percent)',
        "    The year's logins in the mobile app divided by all of the year's logins.",
        '',
      ].join('\n'),
    )
  })

  test('the table says of each year that is not final what is wrong with it, once', () => {
    const missing_days = '2016-02-29 2016-05-01/2016-05-07'
    const partial = { days: 358, missing_days, status: 'partial', previous_status: 'provisional' } as const
    const table = renderAnnual(
      [refills, share].map((row) => ({ ...row, ...partial })),
      'table',
    )
    expect(table.match(/2016 is partial, there is no event on 2016-02-29, 2016-05-01 to 2016-05-07:/g)).toHaveLength(1)
    expect(table.match(/2016 is compared with 2015, which is provisional/g)).toHaveLength(1)
  })

  test('colours change nothing but colours, and there are none unless asked for', () => {
    const coloured = renderAnnual([refills, share], 'table', { colours: true })
    const plain = renderAnnual([refills, share], 'table')
    expect(coloured).not.toBe(plain)
    expect(stripVTControlCharacters(coloured)).toBe(plain)
    expect(stripVTControlCharacters(plain)).toBe(plain)
  })

  test('json is the rows themselves', () => {
    expect(JSON.parse(renderAnnual([refills, share], 'json'))).toEqual([refills, share])
    expect(renderAnnual([], 'json')).toBe('[]\n')
  })

  test('csv has every field of a row', () => {
    const [header, line] = renderAnnual([refills], 'csv').split('\r\n')
    expect(header?.split(',')).toEqual(Object.keys(refills))
    expect(line).toBe(
      '2016,prescriptions_refilled,1,21800,59.6,1000,19400,final,12.4,12.1,366,366,,final,' +
        'Prescriptions refilled,prescriptions,Prescriptions whose refill was requested online.',
    )
  })
})

describe('annual figures with rates', () => {
  const source = 'Valley Health, 2016: 1,000 members (annual report)'
  const rated: AnnualRow = { ...refills, per_member: 21.8, per_physician: null, reference: source }
  const unrated: AnnualRow = { ...share, per_member: null, per_physician: null, reference: null }

  test('the table has a column for each rate, and beneath it says where their figures are from, once', () => {
    const table = renderAnnual([rated, { ...rated, title: 'Others' }, unrated], 'table')
    expect(table.split('\n').slice(0, 7)).toEqual([
      'Metric                  Year   Value  Per day  Per member  Per physician  Year before  Change  Change per day        Days  Status',
      'Prescriptions refilled  2016  21,800     59.6      21.800              –       19,400  +12.4%          +12.1%  366 of 366  final',
      '                        2016  21,800     59.6      21.800              –       19,400  +12.4%          +12.1%  366 of 366  final',
      'Mobile share of logins  2016   61.0%        –           –              –        55.0%  +10.9%               –  366 of 366  final',
      '',
      'The change of a share is relative, not in percentage points.',
      'From the reference: Valley Health, 2016: 1,000 members (annual report)',
    ])
    expect(table.match(/From the reference/g)).toHaveLength(1)
  })

  test('the table says that a share with a reference is not comparable in a year that is not final', () => {
    const note = `"Mobile share of logins" sets the days of 2016 that were counted against the reference's whole year.`
    const partial = { ...share, status: 'partial', days: 300, per_member: null, per_physician: null } as const
    expect(renderAnnual([{ ...partial, reference: source }], 'table')).toContain(`${note}\n`)
    expect(renderAnnual([{ ...partial, reference: null }], 'table')).not.toContain('whole year')
    expect(renderAnnual([{ ...unrated, reference: source }], 'table')).not.toContain('whole year')
  })

  test('json is the rows themselves', () => {
    expect(JSON.parse(renderAnnual([rated, unrated], 'json'))).toEqual([rated, unrated])
  })

  test('csv has the rates after all other fields, and an empty one for what is not known', () => {
    const [header, line, ...rest] = renderAnnual([rated, unrated], 'csv').split('\r\n')
    expect(header?.split(',')).toEqual(Object.keys(rated))
    expect(line).toMatch(/,21\.8,,"Valley Health, 2016: 1,000 members \(annual report\)"$/)
    expect(rest[0]).toMatch(/,,,$/)
  })
})

describe('daily counts', () => {
  const row: DailyRow = {
    day: '2016-02-29',
    kind: 'refill',
    region: 'CA',
    events: 1234,
    quantity: 5678,
    suppressed: false,
    status: 'final',
  }
  const hidden: DailyRow = { ...row, kind: null, region: 'DC', events: null, quantity: null, suppressed: true }

  test('the table has a column for each dimension, and the sum', () => {
    expect(
      renderDaily([row, { ...row, region: 'WA' }], ['region', 'kind'], 'table')
        .split('\n')
        .slice(0, 5),
    ).toEqual([
      'Day         Kind    Region  Events  Quantity  Status',
      '2016-02-29  refill  CA       1,234     5,678  final',
      '2016-02-29  refill  WA       1,234     5,678  final',
      '',
      '2,468 events on 1 day.',
    ])
  })

  test('csv has the chosen dimensions as columns, in one order however they were asked for', () => {
    expect(renderDaily([row], ['region', 'kind'], 'csv')).toBe(
      'day,kind,region,events,quantity,suppressed,status\r\n2016-02-29,refill,CA,1234,5678,false,final\r\n',
    )
  })

  test('what is suppressed is a dash in the table, an empty field in csv, and null in json', () => {
    const rows = [hidden, { ...hidden, region: null }, row]
    expect(renderDaily(rows, ['region', 'kind'], 'table')).toBe(
      [
        'Day         Kind    Region  Events  Quantity  Status',
        '2016-02-29  –       DC           –         –  final',
        '2016-02-29  –       –            –         –  final',
        '2016-02-29  refill  CA       1,234     5,678  final',
        '',
        '1,234 events are shown on 1 day.',
        'Events are interactions. Quantity counts the prescriptions of a refill, the results of a lab view, and 1 for others.',
        '– stands for a count of 1 to 10 people, or for what would give such a count away.',
        '',
      ].join('\n'),
    )
    expect(renderDaily(rows, ['region', 'kind'], 'csv')).toContain(
      '2016-02-29,,DC,,,true,final\r\n2016-02-29,,,,,true,final\r\n',
    )
    expect(JSON.parse(renderDaily(rows, ['region', 'kind'], 'json'))).toEqual(rows)
  })

  test('json reads back as the rows', () => {
    const anyRow = fc.record({
      day: fc.constant('2016-02-29'),
      kind: fc.string(),
      events: fc.nat(),
      quantity: fc.nat(),
      status: fc.constantFrom('final' as const, 'provisional' as const),
    })
    fc.assert(
      fc.property(fc.array(anyRow), (rows) => {
        expect(JSON.parse(renderDaily(rows, ['kind'], 'json'))).toEqual(rows)
      }),
    )
  })
})

describe('members', () => {
  const shown: MembersRow = { period: '2016-02', region: 'CA', members: 1234, suppressed: false, method: 'estimated' }
  const hidden: MembersRow = { ...shown, region: 'DC', members: null, suppressed: true }
  const unnamed: MembersRow = { ...hidden, period: '2016-03', region: null }

  test('the table has a dash and no number where a count is suppressed, and says how to read it', () => {
    expect(renderMembers([shown, hidden, unnamed], true, 'table')).toBe(
      [
        'Period   Region  Active members',
        '2016-02  CA               1,234',
        '2016-02  DC                   –',
        '2016-03  –                    –',
        '',
        'A member counts once in each row: rows must not be added up.',
        'Above 511 these are estimates with a standard error of 0.8%.',
        '– stands for a count of 1 to 10 people, or for what would give such a count away.',
        '',
      ].join('\n'),
    )
  })

  test('without suppressed counts the table does not speak of them, nor of an error when it is exact', () => {
    const table = renderMembers([{ period: '2016', members: 3, suppressed: false, method: 'exact' }], false, 'table')
    expect(table).toContain('Period  Active members\n2016                 3\n')
    expect(table).toContain('Counted exactly')
    expect(table).not.toContain('1 to 10 people')
  })

  test('csv has an empty field where a count is suppressed, and json null', () => {
    expect(renderMembers([shown, hidden, unnamed], true, 'csv')).toBe(
      [
        'period,region,members,suppressed,method',
        '2016-02,CA,1234,false,estimated',
        '2016-02,DC,,true,estimated',
        '2016-03,,,true,estimated',
        '',
      ].join('\r\n'),
    )
    expect(JSON.parse(renderMembers([shown, hidden], true, 'json'))).toEqual([shown, hidden])
  })
})

test('every format of the list of metrics names each of them', () => {
  for (const format of ['table', 'json', 'csv', 'markdown'] as const) {
    const text = renderMetrics(METRICS, format)
    for (const { id, title } of METRICS) {
      expect(text).toContain(format === 'markdown' ? id.replaceAll('_', String.raw`\_`) : id)
      expect(text).toContain(title)
    }
  }
})
