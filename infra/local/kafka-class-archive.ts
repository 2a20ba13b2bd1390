import { access, mkdtemp, rename, rm } from 'node:fs/promises'
import path from 'node:path'

import { choosePort } from './free-port.ts'
import type { KafkaJarsOptions } from './kafka-jars.ts'
import { createKafkaNode } from './kafka-node.ts'
import { hasCode } from './state-files.ts'

/** Writing the archive takes several seconds at the end. */
const STOP_S_MAX = 120

/** Java without class archives starts as if there were none; so it does with an archive of another Java. */
const FLAGS = ['-XX:+IgnoreUnrecognizedVMOptions', '-Xlog:cds=off', '-Xlog:cds+dynamic=off']

/**
 * Flags with which Java starts Kafka in less than half the time, from an archive of its classes beside its libraries. The archive is
 * made when it is not there yet, by running Kafka once.
 */
export async function classArchiveFlags(jars: string, options: KafkaJarsOptions): Promise<string[]> {
  const archive = path.join(jars, 'classes.jsa')
  if (!(await isThere(archive))) await makeArchive(archive, jars, options)
  return [...FLAGS, `-XX:SharedArchiveFile=${archive}`]
}

async function makeArchive(archive: string, jars: string, { onProgress, signal }: KafkaJarsOptions): Promise<void> {
  onProgress?.('preparing Kafka for quick starts (only this once)')
  const directory = await mkdtemp(path.join(jars, 'run-'))
  const unfinished = path.join(directory, 'classes.jsa')
  const [port, controllerPort] = [
    await choosePort(undefined, '--kafka-port'),
    await choosePort(undefined, '--kafka-port'),
  ]
  const address = { id: 1, port, controllerPort }
  const jvmFlags = [...FLAGS, `-XX:ArchiveClassesAtExit=${unfinished}`]
  const clusterId = 'class-archive'
  try {
    const node = createKafkaNode({
      address,
      cluster: [address],
      clusterId,
      directory,
      jars,
      jvmFlags,
      stop_s_max: STOP_S_MAX,
    })
    await node.start(signal)
    await node.stop()
    await rename(unfinished, archive)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error // this Java makes no archives
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file)
    return true
  } catch {
    return false
  }
}
