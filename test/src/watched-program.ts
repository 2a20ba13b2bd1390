import { choosePort } from '@caretally/infra'

import { type Ended, startProgram } from './run-program.ts'

/** A program that serves its metrics and its health, as its user starts it. */
export interface WatchedProgram extends AsyncDisposable {
  child: ReturnType<typeof startProgram>['child']
  output: ReturnType<typeof startProgram>['output']
  ended: Promise<Ended>
  /** Status and body, such as `200 ok\n`; the code of the failure when nothing answers. */
  get(path: string): Promise<string>
  /** Name and labels → value. */
  readMetrics(): Promise<Record<string, number>>
}

/** Starts a program with `METRICS_PORT`; it is ended with SIGTERM when it is disposed of. */
export async function startWatched(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<WatchedProgram> {
  const port = await choosePort(undefined, 'METRICS_PORT')
  const started = startProgram(program, args, { ...env, METRICS_PORT: String(port) })
  const get = async (path: string) => {
    try {
      const response = await fetch(`http://127.0.0.1:${port}${path}`)
      return `${response.status} ${await response.text()}`
    } catch {
      return 'nobody answers'
    }
  }
  return {
    ...started,
    get,
    readMetrics: async () => parseMetrics(await get('/metrics')),
    async [Symbol.asyncDispose]() {
      started.child.kill('SIGTERM')
      await started.ended
    },
  }
}

function parseMetrics(text: string): Record<string, number> {
  const samples = [...text.matchAll(/^([a-z_]+(?:\{.*\})?) (\S+)$/gm)]
  return Object.fromEntries(samples.map(([, name = '', value]) => [name, Number(value)]))
}
