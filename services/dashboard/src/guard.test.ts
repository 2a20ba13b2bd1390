import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createGuard } from './guard.ts'

const token = 'a token of thirty-two characters'

test('without a token everybody is local, and there is nothing to log in with', () => {
  const guard = createGuard(undefined)
  expect(guard.holderOf({})).toBe('local')
  expect(guard.logIn('')).toBeUndefined()
})

test('with a token nobody passes who does not have exactly it', () => {
  const guard = createGuard(token)
  expect(guard.holderOf({})).toBeUndefined()
  fc.assert(
    fc.property(fc.string(), (other) => {
      fc.pre(other !== token)
      expect(guard.holderOf({ authorization: `Bearer ${other}` })).toBeUndefined()
      expect(guard.holderOf({ authorization: token })).toBeUndefined()
      expect(guard.holderOf({ cookie: `caretally_session=${other}` })).toBeUndefined()
      expect(guard.logIn(other)).toBeUndefined()
    }),
  )
  expect(guard.holderOf({ authorization: `Bearer ${token}` })).toBe('token')
})

test('a login gives a cookie that passes, does not hold the token, and is out of reach of scripts and other sites', () => {
  const guard = createGuard(token)
  const cookie = guard.logIn(token)!
  expect(cookie).not.toContain(token)
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\//)
  const [sent = ''] = cookie.split(';')
  expect(guard.holderOf({ cookie: `other=1; ${sent}` })).toBe('token')
  expect(createGuard(token).holderOf({ cookie: sent })).toBeUndefined()
})
