import { z } from 'zod'

import { isCountable, YEAR_MAX, YEAR_MIN } from '../calendar.ts'
import type { FigureName, Reference, YearFigures } from './reference.ts'

const TEXT_LENGTH_MAX = 200

const textRule = `must be one line of text, of at most ${TEXT_LENGTH_MAX} characters`
const figureRule = 'must be a whole number from 1, alone or as the value beside a source'
const yearRule = `must be a year from ${YEAR_MIN} to ${YEAR_MAX}`
const yearFiguresRule = 'must name figures, such as members'
const yearsRule = 'must have a year, with its figures'
const fileRule = 'must have a title, a source and years'

/** It is shown in a terminal, so it has no control characters. */
const text = z
  .string(textRule)
  .trim()
  .regex(/^\P{Cc}+$/u, textRule)
  .max(TEXT_LENGTH_MAX, textRule)

const count = z.int(figureRule).min(1, figureRule)

const figure = z.union([count, z.strictObject({ value: count, source: text })], figureRule).optional()

const yearFigures = z.strictObject(
  {
    source: text.optional(),
    members: figure,
    physicians: figure,
    nurses: figure,
    hospitals: figure,
    medical_offices: figure,
    in_person_visits: figure,
  } satisfies Record<FigureName | 'source', z.ZodType>,
  yearFiguresRule,
)

const year = z.string().refine((key) => /^\d{4}$/.test(key) && isCountable(Number(key)), yearRule)

const years = z
  .record(year, yearFigures, { error: ({ code }) => (code === 'invalid_key' ? yearRule : yearsRule) })
  .refine((years) => Object.keys(years).length > 0, yearsRule)

/** What a reference file holds. A figure without a source of its own has that of its year, or else that of the file. */
export const referenceSchema = z
  .strictObject({ title: text, source: text, years }, fileRule)
  .transform(({ title, source, years }): Reference => {
    const entries = Object.entries(years).map(
      ([year, figures]) => [Number(year), withSources(figures, source)] as const,
    )
    return { title, years: new Map(entries) }
  })

function withSources(given: z.infer<typeof yearFigures>, fileSource: string): YearFigures {
  const { source = fileSource, ...figures } = given
  return Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [
      name,
      typeof figure === 'number' ? { value: figure, source } : figure,
    ]),
  )
}
