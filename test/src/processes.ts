import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** The command lines of the processes of this machine that mention `text`, such as a directory that they were given. */
export async function processesWith(text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args='], { maxBuffer: 16 * 1024 * 1024 })
  return stdout.split('\n').filter((line) => line.includes(text))
}
