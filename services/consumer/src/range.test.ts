import { expect, test } from 'vitest'

import { tokenOf } from './range.ts'

test('a token names topic, partition and both ends, so that no two ranges share one', () => {
  expect(tokenOf({ topic: 'portal.interactions', partition: 3, first: 0, last: 99_999 })).toBe(
    'portal.interactions|3|0|99999|v1',
  )
})
