import { expect, test } from 'vitest'

import { assertProc } from './assert-proc.ts'

test('another system than Linux is told so in one line', () => {
  expect(() => assertProc('darwin')).toThrow('the bench reads /proc, which darwin does not have')
})
