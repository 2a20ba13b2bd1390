import { describe, expect, test } from 'vitest'

import { isLoopback, namesLoopback } from './loopback.ts'

describe('an address', () => {
  test.each(['127.0.0.1', '127.8.0.3', '::1', 'localhost'])('%s is of this machine only', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  test.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.org', 'localhost.example.org', ''])(
    '"%s" is not',
    (host) => {
      expect(isLoopback(host)).toBe(false)
    },
  )
})

describe('the host of a request', () => {
  test.each(['127.0.0.1:8130', 'localhost:8130', 'LOCALHOST', '[::1]:8130'])('%s is this machine', (host) => {
    expect(namesLoopback(host)).toBe(true)
  })

  test.each([undefined, '', 'example.org:8130', '127.0.0.1.example.org', 'localhost@example.org', 'a b'])(
    '%s is not',
    (host) => {
      expect(namesLoopback(host)).toBe(false)
    },
  )
})
