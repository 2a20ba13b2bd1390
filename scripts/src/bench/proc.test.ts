import { expect, test } from 'vitest'

import { assertProc, parseRss, parseStat, treeOf } from './proc.ts'

const STAT =
  '4711 (a (b) c) S 17 4711 4711 0 -1 4194560 100 0 0 0 250 50 999 999 20 0 11 0 4000 1000000 25000 18446744073709551615'

test('the CPU time of a process is its own, whatever its name and its children', () => {
  expect(parseStat(STAT)).toEqual({ pid: 4711, ppid: 17, cpu_us: 3_000_000 })
})

test('the resident memory is in bytes, and none when the process has ended', () => {
  expect(parseRss('Name:\tnode\nVmHWM:\t  900 kB\nVmRSS:\t  512 kB\nRssAnon:\t 1 kB\n')).toBe(524_288)
  expect(parseRss('Name:\tnode\nState:\tZ (zombie)\n')).toBe(0)
})

test('a tree has the children of children, and nobody else', () => {
  const processes = [
    { pid: 1, ppid: 0 },
    { pid: 10, ppid: 1 },
    { pid: 12, ppid: 11 },
    { pid: 11, ppid: 10 },
    { pid: 20, ppid: 1 },
  ]
  expect(treeOf(10, processes)).toEqual([10, 11, 12])
})

test('another system than Linux is told so in one line', () => {
  expect(() => assertProc('darwin')).toThrow('the bench reads /proc, which darwin does not have')
})
