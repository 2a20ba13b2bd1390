/** What a reference file can say of a year, and how the outputs call it. */
export const FIGURES = {
  members: 'members',
  physicians: 'physicians',
  nurses: 'nurses',
  hospitals: 'hospitals',
  medical_offices: 'medical offices',
  in_person_visits: 'in-person visits',
} as const

export type FigureName = keyof typeof FIGURES

export interface Figure {
  /** A whole number from 1. */
  value: number
  /** Who says so, in one line. */
  source: string
}

/** A figure that is not known is not there. It is never zero. */
export type YearFigures = { readonly [name in FigureName]?: Figure }

/** What is known of a health system besides its events. */
export interface Reference {
  /** Whose figures they are. */
  title: string
  years: ReadonlyMap<number, YearFigures>
}

/** The figures of a year; none without a reference, or where it does not have the year. */
export function figuresOf(reference: Reference | undefined, year: number): YearFigures {
  return reference?.years.get(year) ?? {}
}
