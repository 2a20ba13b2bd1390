import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'

import { checkRequirements } from '@caretally/infra'
import { runProgram } from '@caretally/runtime'

import { type LoadTestArguments, runCommandLine } from './load-test/command-line.ts'
import { renderResult } from './load-test/render-result.ts'
import { runLoadTest } from './load-test/run-load-test.ts'
import { rootPath } from './root.ts'
import { makeTemporaryDirectory } from './temporary-directory.ts'

/** Where the result goes, and the logs of a run that failed. */
const STATE_DIRECTORY = rootPath('.caretally')

await runProgram((signal) => {
  const { stdout, stderr } = process
  return runCommandLine(process.argv.slice(2), { stdout, stderr, run: (args) => run(args, signal) })
})

async function run(args: LoadTestArguments, signal: AbortSignal): Promise<number> {
  await checkRequirements()
  await using state = await makeTemporaryDirectory(STATE_DIRECTORY, `load-test-${process.pid}-`)
  try {
    const result = await runLoadTest(args, { directory: state.directory, onProgress: say, signal })
    const json = `${JSON.stringify(result, null, 2)}\n`
    await writeFile(path.join(STATE_DIRECTORY, 'load-test.json'), json)
    process.stdout.write(args.format === 'json' ? json : `\n${renderResult(result)}→ .caretally/load-test.json\n`)
    return result.ok ? 0 : 1
  } catch (error) {
    if (!signal.aborted) state.keep() // the logs say what happened
    throw error
  }
}

function say(line: string): void {
  process.stderr.write(`caretally: ${line} …\n`)
}
