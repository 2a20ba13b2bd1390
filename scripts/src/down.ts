import { stopServers } from '@caretally/infra'
import { createProgram, runProgram } from '@caretally/runtime'

import { rootPath } from './root.ts'

createProgram('down')
  .description(
    'Stops the Kafka and ClickHouse that "npm run up" has started. Their data stay for the next "npm run up".',
  )
  .parse()

await runProgram(async () => {
  const wereRunning = await stopServers(rootPath(''))
  process.stderr.write(`caretally: ${wereRunning ? 'Kafka and ClickHouse have stopped' : 'nothing was running'}\n`)
})
