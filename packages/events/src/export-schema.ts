/** Writes the contract's files anew: the JSON Schemas and the AsyncAPI document. A program: run it with node, do not import it. */
import { writeFileSync } from 'node:fs'

import { renderContractFiles, SCHEMA_DIRECTORY } from './contract-files.ts'

for (const [name, text] of renderContractFiles()) writeFileSync(new URL(name, SCHEMA_DIRECTORY), text)
