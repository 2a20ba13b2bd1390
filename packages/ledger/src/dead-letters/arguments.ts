import { CaretallyError } from '@caretally/runtime'

import { type Status, STATUSES } from './queries/values.ts'

export const FORMATS = ['table', 'json'] as const
export type Format = (typeof FORMATS)[number]

export const STATUS_CHOICES = [...STATUSES, 'all'] as const
export type StatusChoice = Status | 'all'

/** @throws {CaretallyError} `format_unknown` */
export function parseFormat(name: string): Format {
  return choose('format_unknown', 'format', name, FORMATS)
}

/** @throws {CaretallyError} `status_unknown` */
export function parseStatus(name: string): StatusChoice {
  return choose('status_unknown', 'status', name, STATUS_CHOICES)
}

/** @throws {CaretallyError} `limit_invalid` */
export function parseLimit(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new CaretallyError('limit_invalid', 'the limit is not a whole number from 1 on')
}

/** The parts of a list such as `invalid_json,unknown_type`. */
export function splitReasons(text: string): string[] {
  return text.split(',').map((reason) => reason.trim())
}

/** @throws {CaretallyError} `reason_unknown` */
export function assertReasons(reasons: readonly string[], known: readonly string[]): void {
  for (const reason of reasons) choose('reason_unknown', 'reason', reason, known)
}

function choose<Name extends string>(code: string, what: string, given: string, choices: readonly Name[]): Name {
  const chosen = choices.find((choice) => choice === given)
  if (chosen !== undefined) return chosen
  throw new CaretallyError(code, `there is no ${what} '${given}'`, { hint: `choose from ${choices.join(', ')}` })
}
