/** Writes the JSON Schema files anew. A program: run it with node, do not import it. */
import { writeFileSync } from 'node:fs'

import { renderSchemaFiles, SCHEMA_DIRECTORY } from './json-schema.ts'

for (const [name, text] of renderSchemaFiles()) writeFileSync(new URL(name, SCHEMA_DIRECTORY), text)
