// Adds up the tests of vitest's JSON reports, the cases of the fault suite and the checks of docker-compose.yml, says how many
// passed each way, and how many in all in the last line. A file that is not there, or counts nothing, is a failure, as is a test
// that was skipped.
import { readFileSync } from 'node:fs'
import process from 'node:process'

const files = process.argv.slice(2)
const counts = files.map((file) => ({ file, ...countIn(file) }))
for (const { file, passed, failed } of counts) process.stdout.write(`${file}: ${passed} passed, ${failed} failed\n`)
const sum = (count) => counts.reduce((total, each) => total + each[count], 0)
const skipped = sum('skipped')
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed${skipped ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = counts.every(({ passed, failed, skipped }) => passed > 0 && failed === 0 && skipped === 0) ? 0 : 1

function countIn(file) {
  const result = readResult(file)
  if (result === undefined) return { passed: 0, failed: 1, skipped: 0 }
  if (Array.isArray(result)) {
    const failed = result.filter(({ ok }) => !ok).length
    return { passed: result.length - failed, failed, skipped: 0 }
  }
  return { passed: result.numPassedTests, failed: result.numFailedTests, skipped: result.numPendingTests }
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
