import fc from 'fast-check'
import { expect, test } from 'vitest'

import { FramePool, FREE_BYTES_MAX, frameOf } from './frame-pool.ts'

const MB = 1024 * 1024

/** A frame that is in use, and what takes it out of use. */
function use(pool: FramePool, bytes: number) {
  const frame = pool.allocate(bytes)
  frameOf(frame)?.hold()
  return { frame, release: () => frameOf(frame)?.release() }
}

test('memory that is in use is nobody else’s, whatever is taken and released', () => {
  const steps = fc.array(fc.oneof(fc.record({ take: fc.nat(10 * MB) }), fc.record({ release: fc.nat(9) })))
  fc.assert(
    fc.property(steps, (steps) => {
      const pool = new FramePool()
      const inUse: ReturnType<typeof use>[] = []
      for (const step of steps) {
        if ('take' in step) {
          const taken = use(pool, step.take)
          expect(taken.frame).toHaveLength(step.take)
          expect(inUse.map(({ frame }) => frame.buffer)).not.toContain(taken.frame.buffer)
          inUse.push(taken)
        } else {
          inUse.splice(step.release, 1)[0]?.release()
        }
      }
    }),
    { numRuns: 50 },
  )
})

test('memory is used again after the last of those who hold it has released it', () => {
  const pool = new FramePool()
  const { frame, release } = use(pool, MB)
  frameOf(frame)?.hold()
  release()
  const second = use(pool, MB)
  expect(second.frame.buffer).not.toBe(frame.buffer)
  release()
  expect(pool.allocate(2 * MB).buffer).toBe(frame.buffer)
})

test('what is too small for an answer makes room for what is large enough', () => {
  const pool = new FramePool()
  const small = use(pool, MB)
  small.release()
  const large = use(pool, 10 * MB)
  large.release()
  expect(pool.allocate(MB).buffer).toBe(large.frame.buffer)
  expect(pool.allocate(MB).buffer).not.toBe(small.frame.buffer)
})

test('no more is kept than FREE_BYTES_MAX', () => {
  const pool = new FramePool()
  const used = Array.from({ length: 5 }, () => use(pool, FREE_BYTES_MAX / 4))
  for (const { release } of used) release()
  const again = new Set(used.map(() => pool.allocate(MB).buffer))
  const kept = used.filter(({ frame }) => again.has(frame.buffer))
  expect(kept).toHaveLength(4)
})

test('small answers are not from the pool', () => {
  const { frame } = use(new FramePool(), 1000)
  expect(frameOf(frame)).toBeUndefined()
})
