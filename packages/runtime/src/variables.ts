import { readFileSync } from 'node:fs'

import { z } from 'zod'

/**
 * The schemas of environment variables. Each says in words what is allowed, once for the message of an error and for the
 * documentation; `.describe()` then says what the variable is. What becomes of it all: `readConfig` and
 * `describeVariables`.
 */

/** What a variable needs of another one. */
export interface Need {
  /** The value that has the need, or in words and as a function which values have it; any value without it. */
  when?: string | { words: string; is: (value: string) => boolean }
  variable: string
  /** What the other variable has to be; anything without it. */
  value?: string
  /** What the other variable has to begin with. */
  prefix?: string
  because?: string
}

/** Text of a form. */
export function text(allowed: string, isAllowed: (text: string) => boolean) {
  return z.string().refine(isAllowed, `must be ${allowed}`).meta({ allowed })
}

/** Any text. */
export function anyText(allowed: string) {
  return z.string().meta({ allowed })
}

export function oneOf<const Names extends readonly string[]>(names: Names) {
  return z.enum(names).meta({ allowed: inWords(names) })
}

export function wholeNumber(min: number, max: number) {
  return number(`a whole number from ${min} to ${max}`, z.coerce.number().int().min(min).max(max))
}

/** A number that need not be whole. */
export function anyNumber(min: number, max: number) {
  return number(`a number from ${min} to ${max}`, z.coerce.number().min(min).max(max))
}

const PORT_MAX = 65_535

/** A port; with `min` 0 it may be 0, which stands for any free one. */
export function port(min: 0 | 1 = 1) {
  return number(`a port from ${min} to ${PORT_MAX}`, z.coerce.number().int().min(min).max(PORT_MAX))
}

function number<Schema extends z.ZodType<number>>(allowed: string, schema: Schema): Schema {
  return schema.meta({ allowed })
}

/** The variable's value is a secret: `NAME_FILE` may name a file that holds it, and it is never shown. */
export function secret<Schema extends z.ZodType<string>>(schema: Schema): Schema {
  return schema.meta({ secret: true })
}

/** The variable, when it is set, is of use only together with others. */
export function needing<Schema extends z.ZodType>(schema: Schema, ...needs: Need[]): Schema {
  return schema.meta({ needs })
}

const CERTIFICATE = '-----BEGIN CERTIFICATE-----'

/** The name of a file of certificates; it becomes what the file holds. */
export function certificateFile() {
  return z
    .string()
    .transform((file, context) => {
      const { content, problem } = readText(file)
      if (content?.includes(CERTIFICATE)) return content
      context.addIssue(problem ?? 'holds no certificate in the PEM format')
      return z.NEVER
    })
    .meta({ allowed: 'a file of certificates in the PEM format' })
}

/** What a file holds, or, without its name, why that is not known. */
export function readText(file: string): { content: string; problem?: never } | { content?: never; problem: string } {
  try {
    return { content: readFileSync(file, 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    return { problem: `cannot be read${code}` }
  }
}

function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`
}
