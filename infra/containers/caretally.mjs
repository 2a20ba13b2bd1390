// What the image runs: `docker run caretally COMMAND …`. It is the first process of the container, so nobody but it can end
// on SIGTERM, from the first moment on, and the program runs in this same process, so that signals reach it.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'

/** Command → the compiled module that runs it. */
const programs = {
  consumer: 'services/consumer/dist/main.js',
  dashboard: 'services/dashboard/dist/main.js',
  'dead-letters': 'packages/ledger/dist/dead-letters-main.js',
  figures: 'scripts/dist/containers/figures.js',
  forget: 'packages/ledger/dist/forget-main.js',
  migrate: 'scripts/dist/migrate.js',
  prepare: 'scripts/dist/containers/prepare.js',
  producers: 'services/producers/dist/main.js',
  realign: 'packages/ledger/dist/realign-main.js',
  reconcile: 'packages/ledger/dist/reconcile-main.js',
  report: 'packages/reporter/dist/main.js',
}

const SIGTERM_STATUS = 143

// Until the program listens itself: the kernel keeps signals from a first process that does not.
process.on('SIGTERM', () => {
  if (process.listenerCount('SIGTERM') === 1) process.exit(SIGTERM_STATUS)
})

const [command = '--help'] = process.argv.slice(2)
const commands = Object.keys(programs).join(', ')
if (command === '--help') {
  process.stdout.write(`The commands are ${commands}; each has --help.\n`)
} else if (Object.hasOwn(programs, command)) {
  if (!isDoneOnce()) await run(programs[command])
} else {
  process.stderr.write(`caretally: unknown command '${command}'; there are ${commands}\n`)
  process.exitCode = 1
}

async function run(program) {
  process.argv.splice(1, 2, program) // the program sees the arguments as if it had been started itself
  await import(new URL(`../../${program}`, import.meta.url).href)
}

/** With RUN_ONCE_FILE a command that has succeeded is not run again; one that was killed is. */
function isDoneOnce() {
  const file = process.env['RUN_ONCE_FILE']
  if (!file) return false
  try {
    process.stdout.write(`caretally: ${command} is done since ${readFileSync(file, 'utf8').trim()}\n`)
    return true
  } catch {
    process.on('exit', (status) => {
      if (status === 0) writeFileSync(file, `${new Date().toISOString()}\n`)
    })
    return false
  }
}
