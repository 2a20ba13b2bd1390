import fc from 'fast-check'
import { expect, test } from 'vitest'

import { DuplicateWindow, type UuidWords } from './duplicate-window.ts'

/** The definition, as simple as it can be said. */
class Model {
  readonly #accepted: { key: string; offset: number }[] = []
  readonly #offsets: number

  constructor(offsets: number) {
    this.#offsets = offsets
  }

  admit(offset: number, source: string, id: UuidWords): number | undefined {
    const key = JSON.stringify([source, id])
    const first = this.#accepted.findLast((event) => event.key === key && offset - event.offset <= this.#offsets)
    if (first) return first.offset
    this.#accepted.push({ key, offset })
    return undefined
  }
}

/** Words that differ in one place each, so that every word has to be compared. */
const ids = Array.from({ length: 12 }, (_, index) =>
  Array.from({ length: 4 }, (_, word) => (word === index % 4 ? 2 ** 31 + index : 7)),
)
const sources = ['/portal/web', '/portal/mobile-app']
/** What an offset holds: an event, or nothing that counts. */
const record = fc.option(fc.record({ source: fc.constantFrom(...sources), id: fc.constantFrom(...ids) }), {
  nil: undefined,
  freq: 4,
})

test('an event is a duplicate exactly when an accepted one with its source and id lies within the window', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.nat(2 ** 40),
      fc.array(record, { maxLength: 300 }),
      (offsets, first, log) => {
        const window = new DuplicateWindow(offsets)
        const model = new Model(offsets)
        for (const [index, event] of log.entries()) {
          const offset = first + index
          if (event)
            expect(window.admit(offset, event.source, event.id)).toBe(model.admit(offset, event.source, event.id))
          else window.pass(offset)
        }
      },
    ),
    { numRuns: 500 },
  )
})

test('a window that is rebuilt from the accepted events of its offsets answers as the one that saw the whole log', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(record, { maxLength: 200 }),
      fc.array(record, { maxLength: 60 }),
      (offsets, before, after) => {
        const whole = new DuplicateWindow(offsets)
        const accepted: { offset: number; source: string; id: UuidWords }[] = []
        for (const [offset, event] of before.entries()) {
          if (!event) whole.pass(offset)
          else if (whole.admit(offset, event.source, event.id) === undefined) accepted.push({ offset, ...event })
        }
        const rebuilt = new DuplicateWindow(offsets)
        for (const { offset, source, id } of accepted) {
          if (offset >= before.length - offsets) rebuilt.restore(offset, source, id)
        }
        for (const [index, event] of after.entries()) {
          const offset = before.length + index
          if (event)
            expect(rebuilt.admit(offset, event.source, event.id)).toBe(whole.admit(offset, event.source, event.id))
          else for (const window of [whole, rebuilt]) window.pass(offset)
        }
      },
    ),
  )
})

test('an event that a smaller window had accepted twice is remembered for as long as the later one lies in this window', () => {
  const window = new DuplicateWindow(10)
  const [source = '', id = []] = [sources[0], ids[0]]
  window.restore(0, source, id)
  window.restore(8, source, id)
  window.pass(9)
  window.pass(10)
  expect(window.admit(11, source, id)).toBe(8)
})

test('a window of a million offsets takes less than 37 MB', () => {
  expect(new DuplicateWindow(1_000_000).bytes).toBeLessThan(37_000_000)
})
