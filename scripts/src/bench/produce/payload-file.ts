import { writeFile } from 'node:fs/promises'

import { createPseudonyms, datesBetween, dayIn, generateDay } from '@caretally/producers'

import type { ChosenEvents } from '../choose-events.ts'

/** ProducerPerformance draws from these at random; so many that a batch holds hardly any twice. */
const PAYLOADS_MAX = 50_000

/** Writes values of the first chosen events into `file`, one a line; resolves to their mean size in bytes. */
export async function writePayloads(file: string, chosen: ChosenEvents, key: Uint8Array): Promise<number> {
  const values = [...takeValues(chosen, key)]
  await writeFile(file, values.join('\n'))
  return values.reduce((sum, value) => sum + value.length, 0) / values.length
}

function* takeValues({ plan, from, to }: ChosenEvents, key: Uint8Array): Generator<string> {
  const pseudonyms = createPseudonyms({ version: 1, secret: key }, plan.population)
  let left = PAYLOADS_MAX
  for (const date of datesBetween(from, to)) {
    for (const { value } of generateDay({ plan, day: dayIn(plan.timeZone, date), pseudonyms })) {
      if (left-- === 0) return
      yield String(value)
    }
  }
}
