import { z } from 'zod'

import type { Contract, EventDefinition, KnownEvent } from './contract.ts'
import { CONTRACT, InteractionEventSchema } from './schema.ts'

/**
 * The JSON Schema (draft 2020-12) files for portal engineers, by name: one for each version of each kind, and `interaction.schema.json` for
 * any of them. Each stands alone. JSON Schema cannot say which days are in the calendar, nor compare a time with a clock;
 * `decodeEvent` refuses those too.
 */
export function renderSchemaFiles(contract: Contract<KnownEvent> = CONTRACT): Map<string, string> {
  const files = contract.definitions.map((definition) =>
    renderSchemaFile(nameOf(definition), `${definition.kind}:v${definition.version}`, definition.schema),
  )
  return new Map([...files, renderSchemaFile('interaction', 'interaction:v1', InteractionEventSchema)])
}

/** What the files call a definition: `login`, and `login.v2` for its second version. */
export function nameOf({ kind, version }: EventDefinition): string {
  return version === 1 ? kind : `${kind}.v${version}`
}

function renderSchemaFile(name: string, urn: string, schema: z.ZodType): [name: string, text: string] {
  const { $schema, title, description, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  const document = { $schema, $id: `urn:caretally:event:${urn}`, title, description, ...rest }
  return [`${name}.schema.json`, `${JSON.stringify(document, null, 2)}\n`]
}
