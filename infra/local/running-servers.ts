import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

import { z } from 'zod'

import { CLICKHOUSE_ROLES } from './clickhouse-users.ts'
import { readIfThere, writeAtomically } from './state-files.ts'

/** The servers that `npm run up` has started, as they are written down for other commands. */
const RunningServers = z.object({
  /** Of the keeper: the process that holds the servers. They end with it. */
  pid: z.int().positive(),
  startedAt: z.iso.datetime(),
  kafka: z.object({ brokers: z.array(z.string()), pids: z.array(z.int()) }),
  clickhouse: z.object({
    url: z.url(),
    username: z.string(),
    password: z.string(),
    passwordFile: z.string(),
    users: z.record(z.enum(CLICKHOUSE_ROLES), z.object({ username: z.string(), password: z.string() })),
    pid: z.int(),
  }),
})
export type RunningServers = z.infer<typeof RunningServers>

/** The environment variables by which services find the servers. */
export interface ServersEnvironment {
  KAFKA_BROKERS: string
  CLICKHOUSE_URL: string
  CLICKHOUSE_USER: string
  CLICKHOUSE_PASSWORD: string
}

/** Where the commands of a checkout keep their state. */
export function stateDirectory(root: string): string {
  return path.join(root, '.caretally')
}

/** What the services need to reach the servers that `npm run up` has started in the checkout at `root`, if they are running. */
export async function readRunningServers(root: string): Promise<ServersEnvironment | undefined> {
  const servers = await findRunningServers(root)
  return servers && toEnvironment(servers)
}

/** The servers that are running, if any. A description that a killed keeper has left behind is removed. */
export async function findRunningServers(root: string): Promise<RunningServers | undefined> {
  const file = serversFile(root)
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  const servers = parse(text)
  if (servers && (await isKeeper(servers.pid))) return servers
  await rm(file, { force: true })
  return undefined
}

/** Tells other commands about the servers. The file has their password, so only its owner can read it. */
export async function writeRunningServers(root: string, servers: RunningServers): Promise<void> {
  await writeAtomically(serversFile(root), `${JSON.stringify(servers, undefined, 2)}\n`)
}

/** Removes what the keeper `pid` has written; another keeper's description stays. */
export async function removeRunningServers(root: string, pid: number): Promise<void> {
  const file = serversFile(root)
  const servers = parse((await readIfThere(file)) ?? '')
  if (servers?.pid === pid) await rm(file, { force: true })
}

export function toEnvironment({ kafka, clickhouse }: RunningServers): ServersEnvironment {
  return {
    KAFKA_BROKERS: kafka.brokers.join(','),
    CLICKHOUSE_URL: clickhouse.url,
    CLICKHOUSE_USER: clickhouse.username,
    CLICKHOUSE_PASSWORD: clickhouse.password,
  }
}

function serversFile(root: string): string {
  return path.join(stateDirectory(root), 'servers.json')
}

/** Undefined for what another version has written, or nobody: the file is ours to replace. */
function parse(text: string): RunningServers | undefined {
  try {
    return RunningServers.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Whether the process is a keeper, and not one that was given the number of a keeper that has ended. */
export async function isKeeper(pid: number): Promise<boolean> {
  return /keeper\.js/.test(await commandLine(pid))
}

async function commandLine(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // No such process, or no /proc: macOS.
  }
  try {
    return (await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)])).stdout
  } catch {
    return ''
  }
}
