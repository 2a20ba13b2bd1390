import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { CaretallyError } from '@caretally/runtime'

import { hasCode, makePrivateDirectory } from './state-files.ts'

const POM = fileURLToPath(new URL('../kafka/pom.xml', import.meta.url))

/** Shared by everything that runs from this checkout. */
const CACHE_DIRECTORY = fileURLToPath(new URL('../../.caretally/cache', import.meta.url))

const DOWNLOAD_MS_MAX = 10 * 60_000
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024

export interface KafkaJarsOptions {
  cacheDirectory?: string | undefined
  onProgress?: ((message: string) => void) | undefined
  signal?: AbortSignal | undefined
}

/** The directory with the libraries that `kafka/pom.xml` names, or undefined when they have not been fetched yet. */
export async function findKafkaJars(cacheDirectory = CACHE_DIRECTORY): Promise<string | undefined> {
  const jars = await jarsDirectory(cacheDirectory)
  return (await isThere(jars)) ? jars : undefined
}

/**
 * The directory with the libraries that `kafka/pom.xml` names; Maven fetches them when they are not there yet. The directory
 * appears at once and complete, also when several processes fetch it.
 *
 * @throws {CaretallyError} `kafka_not_fetched`
 */
export async function fetchKafkaJars(options: KafkaJarsOptions = {}): Promise<string> {
  const { cacheDirectory = CACHE_DIRECTORY, onProgress, signal } = options
  const jars = await jarsDirectory(cacheDirectory)
  if (await isThere(jars)) return jars

  onProgress?.('fetching Kafka from Maven Central (45 MB, only this once)')
  await makePrivateDirectory(cacheDirectory)
  const unfinished = await mkdtemp(`${jars}.`)
  try {
    await copyDependencies(unfinished, signal)
    await rename(unfinished, jars)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Another process was faster; its directory is as good.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error
  }
  return jars
}

/** Named after Kafka's version and the pom's text, so that a changed pom is fetched anew. */
async function jarsDirectory(cacheDirectory: string): Promise<string> {
  const pom = await readFile(POM, 'utf8')
  const version = /<kafka\.version>(.+)<\/kafka\.version>/.exec(pom)?.[1]
  const digest = createHash('sha256').update(pom).digest('hex').slice(0, 8)
  return path.join(cacheDirectory, `kafka-${version}-${digest}`)
}

async function copyDependencies(directory: string, signal: AbortSignal | undefined): Promise<void> {
  const args = ['--batch-mode', '--quiet', '-Dstyle.color=never', '--file', POM]
  try {
    await promisify(execFile)('mvn', [...args, 'dependency:copy-dependencies', `-DoutputDirectory=${directory}`], {
      timeout: DOWNLOAD_MS_MAX,
      maxBuffer: OUTPUT_BYTES_MAX,
      ...(signal && { signal }),
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw new CaretallyError('kafka_not_fetched', `Maven could not fetch Kafka: ${mavenReason(error)}`, {
      hint: 'check the network and the proxy or mirror in ~/.m2/settings.xml, and start again',
      retriable: true,
      cause: error,
    })
  }
}

/** The first error line that Maven printed. */
function mavenReason(error: unknown): string {
  if (hasCode(error, 'ENOENT')) return 'mvn is not there'
  const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
  return /^\[ERROR\] (.+)$/m.exec(output)?.[1] ?? 'mvn failed without a reason'
}

async function isThere(directory: string): Promise<boolean> {
  try {
    await access(directory)
    return true
  } catch {
    return false
  }
}
