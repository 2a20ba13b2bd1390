import type { AnnualRow, DailyRow } from '@caretally/reporter'

import type { PipelineHealth } from '../src/pipeline.ts'

export type { AnnualRow, DailyRow, PipelineHealth }

interface Answers {
  '/api/annual': AnnualRow[]
  '/api/daily': DailyRow[]
  '/api/pipeline': PipelineHealth
}

const ANSWER_MS_MAX = 15_000

/** Asks the API. A session that is over leads to the login. */
export async function ask<Path extends keyof Answers>(
  path: Path,
  parameters: Record<string, string> = {},
): Promise<Answers[Path]> {
  const response = await fetch(addressOf(path, parameters), { signal: AbortSignal.timeout(ANSWER_MS_MAX) })
  if (response.status === 401) location.assign('/login')
  if (!response.ok) throw new Error(`the API answers with ${response.status}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service checks what it sends by its tests
  return (await response.json()) as Answers[Path]
}

/** Parameters without a value are left out. */
export function addressOf(path: string, parameters: Record<string, string>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '')
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}
