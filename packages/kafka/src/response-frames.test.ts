import fc from 'fast-check'
import { expect, test } from 'vitest'

import { FramePool } from './frame-pool.ts'
import { RESPONSE_BYTES_MAX, ResponseFrames } from './response-frames.ts'

/** Hands the bytes over in pieces of at most these sizes, in turn, as a socket that reads into the room. */
function receive(frames: ResponseFrames, bytes: Buffer, pieces: readonly number[]): Buffer[] {
  const received: Buffer[] = []
  for (let offset = 0, turn = 0; offset < bytes.length; turn++) {
    const room = frames.room()
    expect(room.length).toBeGreaterThan(0)
    const end = offset + Math.min(room.length, pieces[turn % pieces.length] ?? 1)
    const count = bytes.copy(room, 0, offset, end)
    const frame = frames.filled(count)
    if (frame instanceof Error) throw frame
    if (frame) received.push(frame)
    offset += count
  }
  return received
}

function framed(body: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

test('frames come out as they went in, however the connection cuts them', () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 4, maxLength: 40 }), { maxLength: 8 })
  const pieces = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 })
  fc.assert(
    fc.property(bodies, pieces, (bodies, pieces) => {
      const sent = bodies.map(framed)
      expect(receive(new ResponseFrames(new FramePool()), Buffer.concat(sent), pieces)).toEqual(sent)
    }),
  )
})

test('a frame is not written to once it is out', () => {
  const frames = new ResponseFrames(new FramePool())
  const [first] = receive(frames, framed(Buffer.from('first')), [100])
  receive(frames, framed(Buffer.from('other')), [100])
  expect(first?.subarray(4).toString()).toBe('first')
})

test.each([
  ['a negative size', -1],
  ['nothing', 0],
  ['one byte less than the number of a request', 3],
  ['one byte more than the limit', RESPONSE_BYTES_MAX + 1],
  ['what a server that wants TLS says first', 0x15_03_03_00],
  ['what an HTTP server says first', Buffer.from('HTTP').readInt32BE()],
])('%s is refused', (_, size) => {
  const header = Buffer.alloc(4)
  header.writeInt32BE(size)
  const frames = new ResponseFrames(new FramePool())
  expect(() => receive(frames, header, [4])).toThrow(`an answer of ${size} bytes is none of Kafka`)
  expect(frames.room().length).toBeGreaterThan(0)
})
