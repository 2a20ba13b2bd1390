import { expect, test } from 'vitest'

import { REGIONS } from './kinds.ts'

test('the regions are 50 states and DC, each once, in alphabetical order', () => {
  expect(REGIONS).toHaveLength(51)
  expect([...new Set(REGIONS)].sort()).toStrictEqual([...REGIONS])
  expect(REGIONS).toContain('DC')
})
