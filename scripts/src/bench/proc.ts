import { readdirSync, readFileSync } from 'node:fs'

import { CaretallyError } from '@caretally/runtime'

/** Linux counts a process's time for user space in hundredths of a second, on every architecture that Node runs on. */
const TICK_US = 10_000

export interface ProcessStat {
  pid: number
  /** Of the parent. */
  ppid: number
  /** In user and system mode, of all threads of the process and of none of its children. */
  cpu_us: number
}

/** @throws {CaretallyError} `bench_needs_linux` */
export function assertProc(platform = process.platform): void {
  if (platform === 'linux') return
  throw new CaretallyError('bench_needs_linux', `the bench reads /proc, which ${platform} does not have`, {
    hint: 'run it on Linux',
  })
}

/** Reads /proc/PID/stat. The second field is the program's name in parentheses, and may hold anything, these included. */
export function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return {
    pid: Number.parseInt(text),
    ppid: Number(fields[1]),
    cpu_us: (Number(fields[11]) + Number(fields[12])) * TICK_US,
  }
}

/** The resident memory in /proc/PID/status, in bytes; 0 for a process that has ended and is not collected yet. */
export function parseRss(text: string): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024
}

/** `root` and everything below it, in `processes`. */
export function treeOf(root: number, processes: readonly Pick<ProcessStat, 'pid' | 'ppid'>[]): number[] {
  const tree = [root]
  for (const parent of tree) {
    for (const { pid, ppid } of processes) if (ppid === parent) tree.push(pid)
  }
  return tree
}

/** Undefined when there is no such process. */
export function readStat(pid: number): ProcessStat | undefined {
  const text = readProc(`${pid}/stat`)
  return text === undefined ? undefined : parseStat(text)
}

/** In bytes; 0 when there is no such process. */
export function readRss(pid: number): number {
  return parseRss(readProc(`${pid}/status`) ?? '')
}

export function listProcesses(): ProcessStat[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map((pid) => readStat(Number(pid))).filter((stat) => stat !== undefined)
}

function readProc(file: string): string | undefined {
  try {
    return readFileSync(`/proc/${file}`, 'utf8')
  } catch {
    return undefined // it has just ended
  }
}
