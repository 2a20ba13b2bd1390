import { Facts, toInteraction } from '@caretally/events'
import { arbitraryEvent } from '@caretally/events/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { BLOCK_ROWS_MAX } from './block.ts'
import { deadLettersBlock, duplicatesBlock, eventsBlock, type InteractionRow } from './table-blocks.ts'

const interaction: fc.Arbitrary<InteractionRow> = fc.record({
  id: fc.uuid(),
  source: fc.string({ unit: 'grapheme' }),
  time_ms: fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) }),
  kind: fc.string(),
  subject: fc.stringMatching(/^[0-9a-f]{32}$/),
  channel: fc.string(),
  region: fc.string(),
  detail: fc.string(),
  quantity: fc.nat(65_535),
})

test('the same rows are the same bytes, whatever the block held before', () => {
  const rows = fc.array(interaction, { maxLength: 20 })
  const used = eventsBlock()
  fc.assert(
    fc.property(rows, rows, (before, after) => {
      used.reset()
      for (const row of before) used.append(row, 3, 7)
      used.encode()
      used.reset()
      const fresh = eventsBlock()
      for (const [offset, row] of after.entries()) {
        used.append(row, 1, offset)
        fresh.append(row, 1, BigInt(offset))
      }
      const once = Buffer.from(used.encode())
      expect(once).toEqual(used.encode())
      expect(once).toEqual(fresh.encode())
    }),
  )
})

test('facts are the same bytes as the interaction that they are of, whatever the block held before', () => {
  const fromFacts = eventsBlock()
  fc.assert(
    fc.property(fc.array(arbitraryEvent(), { maxLength: 30 }), (events) => {
      const fromText = eventsBlock()
      fromFacts.reset()
      const facts = new Facts()
      for (const [offset, event] of events.entries()) {
        const interaction = toInteraction(event)
        facts.take(interaction)
        fromText.append(interaction, 3, offset)
        fromFacts.appendFacts(facts, 3, offset)
      }
      expect(fromFacts.encode()).toEqual(fromText.encode())
    }),
  )
})

test('the offsets of a block are those of its rows, far beyond 32 bits', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), (offsets) => {
      const duplicates = duplicatesBlock()
      const row = { id: '0190163d-8694-739b-aea5-966c26f8ad91', source: '/portal', firstOffset: 0 }
      for (const offset of offsets) duplicates.append(row, 3, offset)
      expect(duplicates.offsets()).toEqual(offsets)
    }),
  )
})

test('half a row is refused, and forgotten by a reset', () => {
  const block = duplicatesBlock()
  const append = () => block.append({ id: 'no uuid', source: '', firstOffset: 0 }, 0, 0)
  expect(append).toThrow('UUID')
  expect(() => block.encode()).toThrow(expect.objectContaining({ code: 'block_uneven' }))
  block.reset()
  expect(block.encode()).toEqual(duplicatesBlock().encode())
})

test('more rows than a range may have are refused', () => {
  const block = duplicatesBlock()
  const id = '01234567-89ab-cdef-0123-456789abcdef'
  for (let offset = 0; offset < BLOCK_ROWS_MAX; offset++) block.append({ id, source: '', firstOffset: 0 }, 0, offset)
  block.encode()
  block.append({ id, source: '', firstOffset: 0 }, 0, BLOCK_ROWS_MAX)
  expect(() => block.encode()).toThrow(expect.objectContaining({ code: 'block_too_large' }))
})

test('no timestamp of a record keeps it from becoming a dead letter', () => {
  const block = deadLettersBlock()
  for (const appended_ms of [-1, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]) {
    block.append({ key: null, value: null, headers: [], appended_ms, reason: 'not_json', detail: '' }, 0, block.rows)
  }
  expect(block.rows).toBe(3)
  block.encode()
})
