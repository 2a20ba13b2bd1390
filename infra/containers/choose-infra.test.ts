import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { chooseInfra } from './choose-infra.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-choose-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** A machine without Java and Maven. */
const bare = () => ({ env: { PATH: directory }, cacheDirectory: path.join(directory, 'cache') })

test.each(['local', 'containers', 'external'])('INFRA=%s is taken at its word', async (infra) => {
  expect(await chooseInfra({ INFRA: infra }, bare())).toBe(infra)
})

test('another value is refused, and the three are named', async () => {
  await expect(chooseInfra({ INFRA: 'docker' })).rejects.toMatchObject({
    code: 'infra_unknown',
    hint: 'set it to local, containers, external',
  })
})

test('without Java, Docker does', async () => {
  expect(await chooseInfra({}, { ...bare(), docker: () => Promise.resolve(true) })).toBe('containers')
})

test('where Java is, nobody asks for Docker', async () => {
  const java = path.join(directory, 'java')
  await writeFile(java, '#!/bin/sh\necho \'openjdk version "17.0.15"\' >&2\n', { mode: 0o755 })
  await writeFile(path.join(directory, 'mvn'), '#!/bin/sh\n', { mode: 0o755 })
  expect(await chooseInfra({}, { ...bare(), docker: () => Promise.reject(new Error('asked')) })).toBe('local')
})

test('without Java and without Docker the one error names both', async () => {
  await expect(chooseInfra({}, { ...bare(), docker: () => Promise.resolve(false) })).rejects.toMatchObject({
    code: 'infra_missing',
    message: 'there is no Java, and no Docker engine answers',
    hint: expect.stringMatching(/^install Java 17 or later.*; or start Docker$/) as string,
  })
})
