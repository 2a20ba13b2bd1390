import type { z } from 'zod'

import { CaretallyError } from './errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The typed configuration of a program: `schema` is an object schema whose keys are the names of environment variables.
 * An empty variable counts as absent. All problems are reported at once, by name and never with the value, which may be
 * a secret.
 *
 * @throws {CaretallyError} `config_invalid`
 */
export function readConfig<Schema extends z.ZodObject>(schema: Schema, env: Environment): z.infer<Schema> {
  const known = Object.keys(schema.shape).filter((name) => env[name] !== undefined && env[name] !== '')
  const result = schema.safeParse(Object.fromEntries(known.map((name) => [name, env[name]])))
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => {
    const name = String(issue.path[0])
    return known.includes(name) ? `${name}: ${issue.message}` : `${name} is not set`
  })
  throw new CaretallyError('config_invalid', `wrong configuration: ${problems.join('; ')}`, {
    hint: 'set these environment variables and start again',
  })
}
