import { type Dimension, DIMENSIONS, type Period, PERIODS } from '@caretally/clickhouse'
import { CaretallyError } from '@caretally/runtime'

import { type Format, FORMATS } from './formats/render.ts'

/**
 * The dimensions named in a list such as `kind,region`.
 *
 * @throws {CaretallyError} `dimension_unknown`
 */
export function parseDimensions(text: string): Dimension[] {
  return splitList(text).map((name) => {
    const dimension = DIMENSIONS.find((known) => known === name)
    if (dimension !== undefined) return dimension
    throw new CaretallyError('dimension_unknown', `daily counts cannot be broken down by '${name}'`, {
      hint: `choose from ${DIMENSIONS.join(', ')}`,
    })
  })
}

/** @throws {CaretallyError} `period_unknown` */
export function parsePeriod(name: string): Period {
  const period = PERIODS.find((known) => known === name)
  if (period !== undefined) return period
  throw new CaretallyError('period_unknown', `members cannot be counted by '${name}'`, {
    hint: `choose from ${PERIODS.join(', ')}`,
  })
}

/** @throws {CaretallyError} `format_unknown` */
export function parseFormat(name: string): Format {
  const format = FORMATS.find((known) => known === name)
  if (format !== undefined) return format
  throw new CaretallyError('format_unknown', `there is no format '${name}'`, {
    hint: `choose from ${FORMATS.join(', ')}`,
  })
}

/** The parts of a comma-separated list, without the blanks around them. */
export function splitList(text: string): string[] {
  return text.split(',').map((part) => part.trim())
}
