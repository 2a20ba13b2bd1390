import { YEAR_MAX, YEAR_MIN } from '@caretally/reporter'
import { z } from 'zod'

/** Some of `values`, as the text `one,other`; each once, in the order of `values`. */
export function listOf<Value extends string>(values: readonly Value[]) {
  const one = `(?:${values.join('|')})`
  return z
    .string('must be given once')
    .regex(new RegExp(`^${one}(?:,${one})*$`), `must be a list of ${values.join(', ')}`)
    .transform((text) => values.filter((value) => text.split(',').includes(value)))
}

const DAY_FORM = `must be a day from ${YEAR_MIN}-01-01 to ${YEAR_MAX}-12-31, as YYYY-MM-DD`

/** A calendar day in the reporting time zone. */
export const dayParameter = z.iso
  .date({ abort: true, error: ({ input }) => (input === undefined ? 'must be given' : DAY_FORM) })
  .refine((day) => Number(day.slice(0, 4)) >= YEAR_MIN && Number(day.slice(0, 4)) <= YEAR_MAX, DAY_FORM)

/** Years as people write them; whether they can be counted is for `parseYears` to say. */
export const yearsParameter = z
  .string('must be given once')
  .regex(/^\d{4}(-\d{4})?(,\d{4}(-\d{4})?){0,9}$/, 'must be years, such as 2016, 2015-2016 or 2014,2016')

export const formatParameter = z.enum(['json', 'csv'], 'must be json or csv').default('json')

export interface Problem {
  parameter: string
  problem: string
}

/**
 * The typed parameters of a query, or all that is wrong with them. Problems are in words of ours and name known parameters
 * only: nothing of the query comes back.
 */
export function readParameters<Schema extends z.ZodObject>(
  schema: Schema,
  query: unknown,
): { parameters: z.infer<Schema> } | { problems: Problem[] } {
  const result = schema.safeParse(query)
  if (result.success) return { parameters: result.data }
  return {
    problems: result.error.issues.map(({ code, path: [name], message }) =>
      code === 'unrecognized_keys'
        ? { parameter: '(unknown)', problem: `there is only ${Object.keys(schema.shape).join(', ') || 'no parameter'}` }
        : { parameter: String(name), problem: message },
    ),
  }
}
