import { z } from 'zod'

import type { Need } from './variables.ts'

/** What people have to know of an environment variable. */
export interface Variable {
  name: string
  description: string
  /** What it may be, to go after "must be". */
  allowed: string
  /** What it is when it is not set; undefined when there is nothing that it is then. */
  default: string | undefined
  isRequired: boolean
  /** Whether `NAME_FILE` may be set in its place, to the name of a file that holds it. */
  isSecret: boolean
  needs: readonly Need[]
}

const metaSchema = z.object({
  description: z.string().default(''),
  allowed: z.string().default(''),
  secret: z.boolean().default(false),
  needs: z.custom<readonly Need[]>().default([]),
})

/** The variables of a program, in the order of its schema. */
export function describeVariables({ shape }: z.ZodObject): Variable[] {
  return Object.entries(shape).map(([name, schema]) => {
    const { description, allowed, secret: isSecret, needs } = metaOf(schema)
    const without = z.safeParse(schema, undefined)
    return {
      name,
      description,
      allowed,
      default: without.success && without.data !== undefined ? String(without.data) : undefined,
      isRequired: !without.success,
      isSecret,
      needs,
    }
  })
}

export function metaOf(schema: z.core.$ZodType): z.infer<typeof metaSchema> {
  return metaSchema.parse(collectMeta(schema))
}

/** What is said of a schema and of the ones that it is made of: `.optional()` and `.default()` say nothing by themselves. */
function collectMeta(schema: unknown): Record<string, unknown> {
  if (!(schema instanceof z.ZodType)) return {}
  return { ...('innerType' in schema.def && collectMeta(schema.def.innerType)), ...schema.meta() }
}

/** A need in words, such as `KAFKA_TLS=true`. */
export function needInWords({ variable, value, prefix }: Need): string {
  if (value !== undefined) return `${variable}=${value}`
  return prefix === undefined ? variable : `${variable}=${prefix}…`
}

/** The variable that names the file of a secret. */
export function fileVariable(name: string): string {
  return `${name}_FILE`
}
