import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { toLine } from '@caretally/runtime'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { checkRequirements, javaMajor } from './requirements.ts'

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-requirements-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true })
})

/** A command that prints `output` as `java -version` does, on standard error. */
async function addCommand(name: string, output: string): Promise<void> {
  const file = path.join(directory, name)
  await writeFile(file, `#!/bin/sh\necho '${output}' >&2\n`)
  await chmod(file, 0o755)
}

async function check(): Promise<void> {
  await checkRequirements({ env: { PATH: directory }, cacheDirectory: path.join(directory, 'cache') })
}

test('without Java the one line says so, and what to install', async () => {
  const error: unknown = await check().catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'java_missing' })
  expect(toLine(error)).toMatch(/^there is no Java; install Java 17 or later.*$/)
})

test('a Java that is too old is named', async () => {
  await addCommand('java', 'openjdk version "11.0.22" 2024-01-16')
  const error: unknown = await check().catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'java_too_old' })
  expect(toLine(error)).toMatch(/^Java 11 is too old for Kafka; install Java 17 or later.*$/)
})

test('without Maven the one line says so, and what to install', async () => {
  await addCommand('java', 'openjdk version "17.0.15" 2025-04-15')
  const error: unknown = await check().catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'maven_missing' })
  expect(toLine(error)).toMatch(/^there is no Maven.*; install Maven.*$/)
})

test('Java 17 and Maven are enough', async () => {
  await addCommand('java', 'openjdk version "17.0.15" 2025-04-15')
  await addCommand('mvn', 'Apache Maven 3.8.7')
  await expect(check()).resolves.toBeUndefined()
})

test('the major version is read from the old and the new way to write it', () => {
  expect(javaMajor('java version "1.8.0_392"')).toBe(8)
  expect(javaMajor('openjdk version "25-ea" 2025-09-16')).toBe(25)
  expect(javaMajor('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21.0.2" 2024-01-16')).toBe(21)
  fc.assert(
    fc.property(fc.integer({ min: 9, max: 99 }), fc.nat(), (major, minor) => {
      expect(javaMajor(`openjdk version "${major}.${minor}.1"`)).toBe(major)
    }),
  )
})

test('what says no version has none', () => {
  expect(javaMajor('Unable to locate a Java Runtime.')).toBeUndefined()
})
