import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

interface ProcessLine {
  pid: number
  parent: number
  /** The command line. */
  command: string
}

/** The processes of this machine whose command line mentions `text`, such as a directory that they were given. */
export async function processesWith(text: string): Promise<ProcessLine[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args='], { maxBuffer: 16 * 1024 * 1024 })
  return stdout
    .split('\n')
    .filter((line) => line.includes(text))
    .map((line) => {
      const [, pid, parent, command = ''] = /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? []
      return { pid: Number(pid), parent: Number(parent), command }
    })
}
