import { type PseudonymKey, type Region, SUBJECT_BYTES } from '@caretally/events'

import { apportion } from './apportion.ts'
import { createPseudonymWriter } from './pseudonym-writer.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'

/** The members of a scenario at a scale. Each lives in one region for good. */
export interface Population {
  readonly size: number
  readonly regions: readonly Region[]
  /**
   * A member of the region at that index of `regions`, by their number from 0 to `size - 1`. Some are picked far more
   * often than others: with skew k, the most active part p of a region makes the part p^(1/k) of its events.
   */
  pickMember(regionIndex: number, random: Random): number
  regionOf(member: number): Region
}

/** At least one member in each region, however small the scale leaves it. */
export function createPopulation(scenario: Scenario, scale: number): Population {
  const regions = [...scenario.members.keys()]
  const members = [...scenario.members.values()]
  const total = members.reduce((sum, count) => sum + count, 0)
  const sizes = apportion(Math.round(total / scale), members).map((count) => Math.max(1, count))
  const starts: number[] = []
  let size = 0
  for (const count of sizes) {
    starts.push(size)
    size += count
  }
  return {
    size,
    regions,
    pickMember: (regionIndex, random) =>
      starts[regionIndex]! + Math.floor(sizes[regionIndex]! * random.fraction() ** scenario.activitySkew),
    regionOf: (member) => regions[starts.findLastIndex((start) => start <= member)]!,
  }
}

const PSEUDONYMS_CACHED_MAX = 2 ** 20

/** The pseudonyms of a population by its members' numbers. */
export interface Pseudonyms {
  readonly bytes: Buffer
  /** Where in `bytes` the 32 characters of the member's pseudonym are, until the next call. */
  placeOf: (member: number) => number
}

/**
 * The pseudonyms of `size` members. The last member of each remainder modulo 1,048,576 is remembered, which are nearly all at a
 * scale of 10, in 36 MB. The most active members of a region have neighbouring numbers, so they do not drive each other out.
 */
export function createPseudonyms(key: PseudonymKey, { size }: Pick<Population, 'size'>): Pseudonyms {
  const write = createPseudonymWriter(key)
  const slots = Math.min(size, PSEUDONYMS_CACHED_MAX)
  const members = new Int32Array(slots).fill(-1)
  const bytes = Buffer.alloc(slots * SUBJECT_BYTES)
  return {
    bytes,
    placeOf(member) {
      const slot = member % slots
      const place = slot * SUBJECT_BYTES
      if (members[slot] !== member) {
        write(`member-${member}`, bytes, place)
        members[slot] = member
      }
      return place
    },
  }
}
