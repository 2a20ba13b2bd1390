import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { isSmallCount } from './small-count.ts'
import { suppressLine } from './suppress-line.ts'

describe('which cells are hidden', () => {
  test.each([
    ['nothing where no count is small', [11, 500, 12], [false, false, false]],
    ['a small count and the next smallest', [9000, 3, 500], [false, true, true]],
    ['one more where the next smallest are too much alike to leave doubt', [10, 20, 25, 60], [true, true, true, false]],
    ['small counts alone where they hide each other', [6, 7, 500, 9000], [true, true, false, false]],
    ['one more where small counts add up to too little', [1, 2, 500, 9000], [true, true, true, false]],
    ['everything where all are alike', [10, 20, 20, 20], [true, true, true, true]],
  ])('%s', (_, counts, hidden) => {
    expect(suppressLine(counts)).toEqual(hidden)
  })

  test.each([[[3]], [[10]], [[1, 1]], [[2, 8]], [Array(9).fill(1)]])(
    'the line %j cannot be protected, so its cells may not be named',
    (counts) => {
      expect(suppressLine(counts)).toBeNull()
    },
  )

  test('people who are not known yet are few', () => {
    expect(suppressLine([0, 500, 9000])).toEqual([true, true, false])
  })

  test('an empty line hides nothing', () => {
    expect(suppressLine([])).toEqual([])
  })
})

const anyLine = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 })

describe('whatever the counts', () => {
  test('no small count is shown, and nothing is hidden when no count is small', () => {
    fc.assert(
      fc.property(anyLine, (counts) => {
        const hidden = suppressLine(counts)
        const shown = counts.filter((_, cell) => hidden?.[cell] === false)
        expect(shown.some(isSmallCount)).toBe(false)
        if (!counts.some(isSmallCount)) expect(shown).toEqual(counts)
      }),
    )
  })

  test('no count that is larger than one that is shown is hidden', () => {
    fc.assert(
      fc.property(anyLine, (counts) => {
        const hidden = suppressLine(counts) ?? []
        const shown = counts.filter((_, cell) => hidden[cell] === false)
        const suppressed = counts.filter((_, cell) => hidden[cell] === true)
        expect(Math.max(0, ...suppressed)).toBeLessThanOrEqual(Math.min(Infinity, ...shown))
      }),
    )
  })

  test('the order of the cells does not matter', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }), (counts) => {
        expect(suppressLine(counts.toReversed())).toEqual(suppressLine(counts)?.toReversed() ?? null)
      }),
    )
  })
})

describe('an attacker who knows the total, what is shown, what is hidden, the rule, and which cell is larger', () => {
  test('has three candidates or more for each small count', () => {
    const lineWithFewHidden = fc
      .tuple(
        fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: 11, max: 22 }), { maxLength: 4 }),
      )
      .map((parts) => parts.flat())
      .filter((counts) => (suppressLine(counts) ?? []).filter(Boolean).length <= 4)
    fc.assert(
      fc.property(lineWithFewHidden, (counts) => {
        const hidden = suppressLine(counts)
        if (hidden === null) return // nothing is shown by cell
        const worlds = consistentWorlds(counts, hidden).filter((world) => isInOrderOf(counts, world))
        expect(worlds).toContainEqual(counts)
        for (const [cell, count] of counts.entries()) {
          if (!isSmallCount(count)) continue
          const candidates = new Set(worlds.map((world) => world[cell]))
          expect(candidates.size, `candidates for cell ${cell}`).toBeGreaterThanOrEqual(3)
        }
      }),
      { numRuns: 200 },
    )
  })
})

/** Whether no cell that is larger than another one in `counts` is smaller than it in `world`. */
function isInOrderOf(counts: readonly number[], world: readonly number[]): boolean {
  const ascending = counts.map((count, cell) => ({ count, guess: world[cell]! })).sort((a, b) => a.count - b.count)
  return ascending.every(({ count, guess }, index) => {
    const before = ascending[index - 1]
    return before === undefined || before.count === count || before.guess <= guess
  })
}

/** Every line that would have been published as exactly the same. */
function consistentWorlds(counts: readonly number[], hidden: readonly boolean[]): number[][] {
  const sum = counts.reduce((total, count, cell) => total + (hidden[cell] ? count : 0), 0)
  const hiddenCells = hidden.filter(Boolean).length
  const guesses = [...waysToAddUp(sum, hiddenCells)]
  return guesses
    .map((guess) => {
      const rest = [...guess]
      return counts.map((count, cell) => (hidden[cell] ? rest.shift()! : count))
    })
    .filter((world) => suppressLine(world)?.every((isHidden, cell) => isHidden === hidden[cell]) ?? false)
}

/** Every list of `length` whole numbers of 1 or more that add up to `sum`. */
function* waysToAddUp(sum: number, length: number): Generator<number[]> {
  if (length === 0) {
    if (sum === 0) yield []
    return
  }
  for (let first = 1; first <= sum - (length - 1); first++) {
    for (const rest of waysToAddUp(sum - first, length - 1)) yield [first, ...rest]
  }
}
