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

test('an id and a subject are the same bytes as text and as bits', () => {
  fc.assert(
    fc.property(fc.array(interaction, { maxLength: 20 }), (rows) => {
      const [texts, bits] = [eventsBlock(), eventsBlock()]
      for (const row of rows) {
        texts.append(row, 0, 0)
        bits.append({ ...row, id: wordsOf(row.id), subject: wordsOf(row.subject) }, 0, 0)
      }
      expect(bits.encode()).toEqual(texts.encode())
    }),
  )
})

function wordsOf(hex: InteractionRow['id']): Uint32Array {
  const bytes = Buffer.from(String(hex).replaceAll('-', ''), 'hex')
  return Uint32Array.from({ length: 4 }, (_, word) => bytes.readUInt32BE(4 * word))
}

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
