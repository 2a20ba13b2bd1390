import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { readOrCreate, writeAtomically } from './state-files.ts'

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-state-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true })
})

test('what was created once is read ever after', async () => {
  const file = path.join(directory, 'deep', 'password')
  expect(await readOrCreate(file, () => 'first')).toBe('first')
  expect(await readOrCreate(file, () => 'second')).toBe('first')
})

test('of several callers at once, all get the same, whole', async () => {
  const file = path.join(directory, 'password')
  const texts = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => await readOrCreate(file, () => `text ${i}`)),
  )
  expect(new Set(texts).size).toBe(1)
  expect(texts[0]).toMatch(/^text \d+$/)
  expect(await readdir(directory)).toEqual(['password'])
})

test('only its owner can read what is written', async () => {
  const [created, written] = [path.join(directory, 'created'), path.join(directory, 'written')]
  await readOrCreate(created, () => 'secret')
  await writeAtomically(written, 'secret')
  for (const file of [created, written]) expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('a written file replaces the one before and leaves nothing else', async () => {
  const file = path.join(directory, 'servers.json')
  await writeAtomically(file, 'old')
  await writeAtomically(file, 'new')
  expect(await readFile(file, 'utf8')).toBe('new')
  expect(await readdir(directory)).toEqual(['servers.json'])
})
