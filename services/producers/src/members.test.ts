import { createPseudonymizer, REGIONS } from '@caretally/events'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createPopulation, createPseudonyms } from './members.ts'
import { createRandom } from './random.ts'
import { kaiserScenario } from './scenarios/kaiser.ts'

const KEY = { version: 7, secret: new Uint8Array(32) }

test('a member lives in the region that they were picked for, at every scale', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer(), (scale, seed) => {
      const population = createPopulation(kaiserScenario, scale)
      const random = createRandom(seed)
      for (const [index, region] of population.regions.entries()) {
        const member = population.pickMember(index, random)
        expect(member).toBeLessThan(population.size)
        expect(population.regionOf(member)).toBe(region)
        expect(REGIONS).toContain(region)
      }
    }),
  )
})

test('the population is 10.7 million divided by the scale', () => {
  expect(createPopulation(kaiserScenario, 1).size).toBe(10_700_000)
  expect(createPopulation(kaiserScenario, 1_000).size).toBe(10_700)
})

test('the most active 10 % of the members make 46 % of the interactions', () => {
  const population = createPopulation(kaiserScenario, 1_000)
  const random = createRandom(1)
  const california = population.regions.indexOf('CA')
  const counts = new Map<number, number>()
  for (let n = 0; n < 100_000; n++) {
    const member = population.pickMember(california, random)
    counts.set(member, (counts.get(member) ?? 0) + 1)
  }
  const most = [...counts.values()].sort((a, b) => b - a).slice(0, 840)
  expect(most.reduce((a, b) => a + b, 0) / 100_000).toBeCloseTo(0.46, 1)
})

test('a member has one pseudonym, also after others have taken their place in the cache', () => {
  const pseudonymize = createPseudonymizer(KEY)
  const { bytes, placeOf } = createPseudonyms(KEY, { size: 2 ** 21 })
  for (const member of [7, 7, 7 + 2 ** 20, 7, 2 ** 21 - 1]) {
    const place = placeOf(member)
    expect(bytes.toString('latin1', place, place + 32)).toBe(pseudonymize(`member-${member}`))
  }
})
