import { expect, test } from 'vitest'

import { formatChange, formatOneDecimal, formatValue } from './numbers.ts'

test('counts have thousands separators', () => {
  expect(formatValue(248_148_000, 'interactions')).toBe('248,148,000')
  expect(formatOneDecimal(1234)).toBe('1,234.0')
})

test('shares are shown in percent', () => {
  expect(formatValue(0.61, 'share')).toBe('61.0%')
  expect(formatValue(1, 'share')).toBe('100.0%')
})

test('changes have a sign unless there is none', () => {
  expect([31.4, -64, 0, 1234.5].map(formatChange)).toEqual(['+31.4%', '-64.0%', '0.0%', '+1,234.5%'])
})

test('where there is no figure there is a dash, never a zero', () => {
  expect([formatValue(null, 'share'), formatOneDecimal(null), formatChange(null)]).toEqual(['–', '–', '–'])
})
