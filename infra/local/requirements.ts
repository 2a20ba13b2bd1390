import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { CaretallyError, type Environment } from '@caretally/runtime'

import { findKafkaJars } from './kafka-jars.ts'

const JAVA_MAJOR_MIN = 17
const CHECK_MS_MAX = 8_000

const JAVA_HINT = `install Java ${JAVA_MAJOR_MIN} or later, for example "apt install openjdk-17-jre-headless" or "brew install openjdk"`
const MAVEN_HINT = 'install Maven, for example "apt install maven" or "brew install maven"'

export interface RequirementsOptions {
  /** Where Kafka's libraries are kept; Maven is needed only until they are there. */
  cacheDirectory?: string | undefined
  /** The environment whose PATH is searched; by default this process's. */
  env?: Environment
}

/**
 * Resolves when the local Kafka can be run on this machine. (The local ClickHouse needs nothing but the installed packages.)
 *
 * @throws {CaretallyError} `java_missing`, `java_too_old` or `maven_missing`, each with a hint what to install
 */
export async function checkRequirements({ cacheDirectory, env }: RequirementsOptions = {}): Promise<void> {
  await checkJava(env)
  if ((await findKafkaJars(cacheDirectory)) === undefined) await checkMaven(env)
}

async function checkJava(env: Environment | undefined): Promise<void> {
  const major = javaMajor((await run('java', ['-version'], env)) ?? '')
  if (major === undefined) throw new CaretallyError('java_missing', 'there is no Java', { hint: JAVA_HINT })
  if (major < JAVA_MAJOR_MIN) {
    throw new CaretallyError('java_too_old', `Java ${major} is too old for Kafka`, { hint: JAVA_HINT })
  }
}

async function checkMaven(env: Environment | undefined): Promise<void> {
  if ((await run('mvn', ['--version'], env)) !== undefined) return
  throw new CaretallyError('maven_missing', 'there is no Maven to get Kafka with', { hint: MAVEN_HINT })
}

/** The major version that `java -version` tells: 17 for `"17.0.15"`, 8 for `"1.8.0_392"`. */
export function javaMajor(output: string): number | undefined {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? []
  const major = first === '1' ? second : first
  return major === undefined ? undefined : Number(major)
}

/** What the command prints, or undefined when it is not there, fails, or does not answer in time. */
async function run(command: string, args: string[], env: Environment | undefined): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { timeout: CHECK_MS_MAX, ...(env && { env }) })
    return stdout + stderr
  } catch {
    return undefined
  }
}
