import { z } from 'zod'

import { KINDS } from './kinds.ts'
import { EVENT_SCHEMAS, InteractionEventSchema } from './schema.ts'

/**
 * The JSON Schema (draft 2020-12) files for portal engineers, by name: one for each kind and `interaction.schema.json` for
 * any of them. Each stands alone. JSON Schema cannot say which days are in the calendar, nor compare a time with a clock;
 * `decodeEvent` refuses those too.
 */
export function renderSchemaFiles(): Map<string, string> {
  const files = KINDS.map((kind) => renderSchemaFile(kind, EVENT_SCHEMAS[kind]))
  return new Map([...files, renderSchemaFile('interaction', InteractionEventSchema)])
}

function renderSchemaFile(name: string, schema: z.ZodType): [name: string, text: string] {
  const { $schema, title, description, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  const document = { $schema, $id: `urn:caretally:event:${name}:v1`, title, description, ...rest }
  return [`${name}.schema.json`, `${JSON.stringify(document, null, 2)}\n`]
}
