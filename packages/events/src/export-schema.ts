/** Writes the contract's files anew: the JSON Schemas and the AsyncAPI document. A program: run it with node, do not import it. */
import { writeFileSync } from 'node:fs'

import { Command } from 'commander'

import { renderContractFiles, SCHEMA_DIRECTORY } from './contract-files.ts'

new Command('schema')
  .description(
    'Writes packages/events/schema anew: the JSON Schemas of the events, and the AsyncAPI document of the topic.',
  )
  .allowExcessArguments(false)
  .showHelpAfterError('(--help shows the options)')
  .parse()

for (const [name, text] of renderContractFiles()) writeFileSync(new URL(name, SCHEMA_DIRECTORY), text)
