import { readMemory, readProcess, readProcessTable, treeOf } from '../process-table.ts'

const SAMPLE_MS = 50
/** Looking through all processes of the machine costs more than reading a few. */
const TREE_MS = 500

export interface ProcessMeter extends Disposable {
  /** What all trees together have used so far. */
  cpu_us(): number
  /** The most resident memory that the tree of that name, or all trees together, had at one time. */
  peakRss_bytes(name?: string): number
}

/**
 * Watches process trees by their roots, from now until it is disposed of. Memory is looked at every 50 ms, and a new process
 * is seen within 500 ms.
 *
 * Pages that processes share are counted for each of them, so the sum is never too small.
 */
export function meterProcesses(roots: Readonly<Record<string, number>>): ProcessMeter {
  const trees = new Map<string, number[]>()
  const peaks = new Map<string, number>()
  /** Of every process that was ever seen: what it used does not go away with it. */
  const cpus = new Map<number, number>()
  let trees_ms = -Infinity
  let peak = 0

  function findTrees(): void {
    const table = readProcessTable()
    for (const [name, root] of Object.entries(roots)) {
      trees.set(
        name,
        treeOf(root, table).map(({ pid }) => pid),
      )
    }
    trees_ms = performance.now()
  }

  function readCpu(): void {
    for (const pid of [...trees.values()].flat()) {
      const entry = readProcess(pid)
      if (entry) cpus.set(pid, entry.cpu_ms * 1_000)
    }
  }

  function sample(): void {
    if (performance.now() - trees_ms > TREE_MS) {
      findTrees()
      readCpu()
    }
    let all = 0
    for (const [name, pids] of trees) {
      const rss = pids.reduce((sum, pid) => sum + readMemory(pid).resident_bytes, 0)
      peaks.set(name, Math.max(rss, peaks.get(name) ?? 0))
      all += rss
    }
    peak = Math.max(peak, all)
  }

  sample()
  const timer = setInterval(sample, SAMPLE_MS)
  return {
    cpu_us: () => {
      readCpu()
      return [...cpus.values()].reduce((sum, cpu_us) => sum + cpu_us, 0)
    },
    peakRss_bytes: (name) => (name === undefined ? peak : (peaks.get(name) ?? 0)),
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
