import { writeFile } from 'node:fs/promises'

import { createProgram, runProgram } from '@caretally/runtime'

import { CONFIGURED_PROGRAMS } from './configuration/programs.ts'
import { renderConfigurationPage } from './configuration/render-page.ts'
import { rootPath } from './root.ts'

createProgram('configuration')
  .description('Writes docs/configuration.md anew, from the schemas of the environment variables.')
  .parse()

await runProgram(async () => {
  await writeFile(rootPath('docs/configuration.md'), renderConfigurationPage(CONFIGURED_PROGRAMS))
})
