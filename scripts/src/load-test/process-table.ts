import { readdir, readFile } from 'node:fs/promises'

/** A process as the kernel describes it, at one moment. */
export interface ProcessEntry {
  pid: number
  parent: number
  /** Processor time so far, with that of children that have ended and been waited for. */
  cpu_ms: number
}

/** The kernel counts processor time in hundredths of a second, whatever the machine (USER_HZ). */
const TICK_MS = 10

/** All processes of this machine; none where there is no /proc. */
export async function readProcessTable(): Promise<ProcessEntry[]> {
  const names = await readdir('/proc').catch(() => [])
  const pids = names.filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(pids.map((pid) => readOrEmpty(`/proc/${pid}/stat`)))
  return stats.flatMap((text) => parseStat(text) ?? [])
}

/** The memory of a process that is in RAM now, and its maximum so far; 0 when it has ended. */
export async function readMemory(pid: number): Promise<ProcessMemory> {
  return parseStatus(await readOrEmpty(`/proc/${pid}/status`))
}

export interface ProcessMemory {
  resident_bytes: number
  peak_bytes: number
}

/** What `/proc/PID/stat` says; undefined when it is empty, because the process has ended meanwhile. */
export function parseStat(text: string): ProcessEntry | undefined {
  const end = text.lastIndexOf(')') // the name before it may hold anything
  if (end === -1) return undefined
  const fields = text.slice(end + 2).split(' ')
  const ticks = fields.slice(STAT_CPU, STAT_CPU + 4).reduce((sum, field) => sum + Number(field), 0)
  return { pid: Number.parseInt(text, 10), parent: Number(fields[STAT_PARENT]), cpu_ms: ticks * TICK_MS }
}

/** Places after the name: proc_pid_stat(5) has them as ppid (4), and utime, stime, cutime and cstime (14 to 17). */
const STAT_PARENT = 1
const STAT_CPU = 11

/** What `/proc/PID/status` says of the memory. */
export function parseStatus(text: string): ProcessMemory {
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024
  return { resident_bytes: bytes('VmRSS'), peak_bytes: bytes('VmHWM') }
}

/** The process `root`, its children, theirs, and so on, of those in the table. */
export function treeOf(root: number, table: readonly ProcessEntry[]): ProcessEntry[] {
  const tree = table.filter(({ pid }) => pid === root)
  for (const { pid } of tree) tree.push(...table.filter(({ parent }) => parent === pid))
  return tree
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return '' // it has ended
  }
}
