import process from 'node:process'

import { expect, test } from 'vitest'

import { parseStat, parseStatus, readMemory, readProcessTable, treeOf } from './process-table.ts'

test('the processor time of a process is its own, whatever its name and its children', () => {
  const line = '4711 (a) b (c) S 42 4711 4711 0 -1 4194304 101 0 0 0 150 50 7 3 20 0 1 0 241389 3133440 396 0'
  expect(parseStat(line)).toEqual({ pid: 4711, parent: 42, cpu_ms: 2_000 })
  expect(parseStat('')).toBeUndefined()
})

test('memory is read in bytes, and is 0 of a process that has ended', () => {
  expect(parseStatus('Name:\tx\nVmHWM:\t    2108 kB\nVmRSS:\t    2000 kB\n')).toEqual({
    resident_bytes: 2_000 * 1024,
    peak_bytes: 2_108 * 1024,
  })
  expect(parseStatus('')).toEqual({ resident_bytes: 0, peak_bytes: 0 })
})

test('a tree has the descendants of its root and nobody else', () => {
  const table = [
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 1],
    [5, 3],
  ].map(([pid, parent]) => ({ pid: pid!, parent: parent!, cpu_ms: 0 }))
  expect(treeOf(2, table).map(({ pid }) => pid)).toEqual([2, 3, 5])
  expect(treeOf(9, table)).toEqual([])
})

test.runIf(process.platform === 'linux')('this process is in the table, with its memory', () => {
  const table = readProcessTable()
  expect(treeOf(process.pid, table)[0]).toMatchObject({ pid: process.pid, parent: process.ppid })
  const { resident_bytes, peak_bytes } = readMemory(process.pid)
  expect(resident_bytes).toBeGreaterThan(1_000_000)
  expect(peak_bytes).toBeGreaterThanOrEqual(resident_bytes)
})
