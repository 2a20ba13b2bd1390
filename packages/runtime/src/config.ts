import type { z } from 'zod'

import { fileVariable, metaOf, needInWords } from './describe-variables.ts'
import { CaretallyError } from './errors.ts'
import { type Need, readText } from './variables.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The typed configuration of a program: `schema` is an object schema whose keys are the names of environment variables, made
 * of what `variables.ts` has. An empty variable counts as absent. A secret may be in a file instead, which `NAME_FILE` names;
 * a newline at the file's end does not belong to it.
 *
 * All problems are reported at once, by name, with what is allowed, and never with a value, which may be a secret.
 *
 * @throws {CaretallyError} `config_invalid`
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.infer<Schema> {
  const given = new Map<string, Given>()
  for (const [name, variable] of Object.entries(schema.shape)) {
    const found = findValue(name, metaOf(variable).secret, env)
    if (found !== undefined) given.set(name, found)
  }
  const values = [...given].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]]))
  const result = schema.safeParse(Object.fromEntries(values))
  const wrong = result.success ? [] : wrongValues(result.error, schema, given)
  const problems = [...unreadable(given), ...wrong, ...unmetNeeds(schema, given)]
  if (result.success && problems.length === 0) return result.data
  throw new CaretallyError('config_invalid', `wrong configuration: ${problems.join('; ')}`, {
    hint: 'set these environment variables and start again; docs/configuration.md has all of them',
  })
}

/** A variable that is set: to a value, or in a way that gives none. */
type Given = { value: string; source: string; problem?: never } | { value?: never; problem: string }

function findValue(name: string, isSecret: boolean, env: Environment): Given | undefined {
  const value = env[name] || undefined
  const fileName = fileVariable(name)
  const file = isSecret ? env[fileName] || undefined : undefined
  if (file === undefined) return value === undefined ? undefined : { value, source: name }
  if (value !== undefined) return { problem: `${name} and ${fileName} are both set` }
  const { content, problem } = readText(file)
  if (problem !== undefined) return { problem: `${fileName}: ${problem}` }
  const secret = content.replace(/\r?\n$/, '')
  return secret === '' ? { problem: `${fileName}: is empty` } : { value: secret, source: `${name} (in ${fileName})` }
}

function unreadable(given: ReadonlyMap<string, Given>): string[] {
  return [...given.values()].flatMap(({ problem }) => problem ?? [])
}

function wrongValues(error: z.ZodError, { shape }: z.ZodObject, given: ReadonlyMap<string, Given>): string[] {
  return Object.entries(shape).flatMap(([name, variable]) => {
    const issue = error.issues.find(({ path }) => path[0] === name)
    const found = given.get(name)
    if (issue === undefined || found?.problem !== undefined) return []
    const { allowed, secret } = metaOf(variable)
    if (found === undefined) {
      const file = secret ? `, nor is ${fileVariable(name)}` : ''
      return [`${name} is not set${file}${allowed && `: it must be ${allowed}`}`]
    }
    // what our schemas say for themselves never quotes the value; what zod says might
    const words = issue.code === 'custom' || allowed === '' ? issue.message : `must be ${allowed}`
    return [`${found.source}: ${words}`]
  })
}

function unmetNeeds({ shape }: z.ZodObject, given: ReadonlyMap<string, Given>): string[] {
  return Object.entries(shape).flatMap(([name, variable]) => {
    const found = given.get(name)
    if (found === undefined) return []
    const needs = metaOf(variable).needs.filter((need) => hasNeed(found.value, need))
    return needs.filter((need) => !isMet(need, given.get(need.variable))).map((need) => inWords(name, need))
  })
}

/** A value that is not known, because its file could not be read, has those needs only that every value has. */
function hasNeed(value: string | undefined, { when }: Need): boolean {
  if (when === undefined) return true
  return value !== undefined && (typeof when === 'string' ? when === value : when.is(value))
}

function isMet({ value, prefix = '' }: Need, other: Given | undefined): boolean {
  if (other === undefined) return false
  if (other.value === undefined) return true // what is wrong with it is told already
  return value === undefined ? other.value.startsWith(prefix) : other.value === value
}

function inWords(name: string, need: Need): string {
  const { when } = need
  const condition = when === undefined ? '' : typeof when === 'string' ? `=${when}` : `, ${when.words},`
  const reason = need.because === undefined ? '' : `: ${need.because}`
  return `${name}${condition} needs ${needInWords(need)}${reason}`
}
