import { once } from 'node:events'

import { createProgram, logFailure, runProgram } from '@caretally/runtime'

import { openDashboard } from './open-dashboard.ts'
import { dashboardEnvironment, readDashboardConfig } from './options.ts'

createProgram('dashboard', dashboardEnvironment)
  .description('Serves the figures and the state of the pipeline, as a page and as an API, until it gets SIGTERM.')
  .parse()

await runProgram(async (signal) => {
  const options = readDashboardConfig(process.env)
  await using dashboard = await logFailure(options.logger, () => openDashboard(options))
  process.stderr.write(`caretally: the dashboard is at ${dashboard.url}\n`)
  if (!signal.aborted) await once(signal, 'abort')
})
