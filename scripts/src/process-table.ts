import { readdirSync, readFileSync } from 'node:fs'

/** A process as the kernel describes it, at one moment. */
export interface ProcessEntry {
  pid: number
  parent: number
  /** Processor time so far, in user and system mode, of all its threads and of none of its children. */
  cpu_ms: number
}

export interface ProcessMemory {
  resident_bytes: number
  peak_bytes: number
}

/** The kernel counts processor time in hundredths of a second, whatever the machine (USER_HZ). */
const TICK_MS = 10

/** All processes of this machine; none where there is no /proc. */
export function readProcessTable(): ProcessEntry[] {
  return listProc()
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => readProcess(Number(pid)) ?? [])
}

/** Undefined when there is no such process. */
export function readProcess(pid: number): ProcessEntry | undefined {
  return parseStat(readOrEmpty(`/proc/${pid}/stat`))
}

/** The memory of a process that is in RAM now, and its maximum so far; 0 when it has ended. */
export function readMemory(pid: number): ProcessMemory {
  return parseStatus(readOrEmpty(`/proc/${pid}/status`))
}

/** What `/proc/PID/stat` says; undefined when it is empty, because the process has ended meanwhile. */
export function parseStat(text: string): ProcessEntry | undefined {
  const end = text.lastIndexOf(')') // the name before it may hold anything
  if (end === -1) return undefined
  const fields = text.slice(end + 2).split(' ')
  const ticks = Number(fields[STAT_USER]) + Number(fields[STAT_SYSTEM])
  return { pid: Number.parseInt(text, 10), parent: Number(fields[STAT_PARENT]), cpu_ms: ticks * TICK_MS }
}

/** Places after the name: proc_pid_stat(5) has them as ppid (4), utime (14) and stime (15). */
const STAT_PARENT = 1
const STAT_USER = 11
const STAT_SYSTEM = 12

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

function listProc(): string[] {
  try {
    return readdirSync('/proc')
  } catch {
    return []
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // it has ended
  }
}
