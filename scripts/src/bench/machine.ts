import os from 'node:os'

/** What the figures of a bench depend on besides the programs. */
export interface Machine {
  cpu: string
  cores: number
  memoryGb: number
  node: string
  system: string
  /** How many processes wanted a core in the minute before the bench: the figures of a busy machine are worth little. */
  load: number
}

export function describeMachine(): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    node: process.versions.node,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    load: Math.round(os.loadavg()[0]! * 10) / 10,
  }
}
