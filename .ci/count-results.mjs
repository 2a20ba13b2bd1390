// Adds up the tests of vitest's JSON report and the cases of the fault suite, and says so in the last line.
import { readFileSync } from 'node:fs'
import process from 'node:process'

const [testFile, faultFile] = process.argv.slice(2)
const tests = JSON.parse(readFileSync(testFile, 'utf8'))
const faults = JSON.parse(readFileSync(faultFile, 'utf8'))
const failedCases = faults.filter(({ ok }) => !ok).length
const passed = tests.numPassedTests + faults.length - failedCases
const failed = tests.numFailedTests + failedCases
const skipped = tests.numPendingTests
process.stdout.write(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = tests.numPassedTests > 0 && faults.length > 0 && failed === 0 ? 0 : 1
