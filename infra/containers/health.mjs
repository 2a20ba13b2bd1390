// Whether the container's program is well: 0 or 1, and a line that says why. The image's health check.
import { readFileSync } from 'node:fs'
import process from 'node:process'

/** What goes on until it is stopped, and says at METRICS_PORT how it is. The others end by themselves. */
const SERVICES = new Set(['consumer', 'dashboard', 'producers'])
const ANSWER_MS_MAX = 4_000

if (SERVICES.has(commandOfContainer())) {
  process.exitCode = await ask(`http://127.0.0.1:${process.env['METRICS_PORT']}/livez`)
}

async function ask(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) })
    if (response.ok) return 0
    process.stdout.write(`${response.status}: ${await response.text()}\n`)
  } catch (error) {
    process.stdout.write(`no answer at ${url}: ${error.cause?.code ?? error.name}\n`)
  }
  return 1
}

/** The first process may be an init that was given ours to run. */
function commandOfContainer() {
  const words = readFileSync('/proc/1/cmdline', 'utf8').split('\0')
  return words[words.findIndex((word) => word.endsWith('/caretally.mjs')) + 1]
}
