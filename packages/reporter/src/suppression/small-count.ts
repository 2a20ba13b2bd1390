/** The most people that are too few to be shown by region. */
export const SMALL_COUNT_MAX = 10

/**
 * Whether it counts so few people that it says something about each of them. What is counted has events, so none are few as
 * well: their people are not known yet, because the counts of the day are being mended.
 */
export function isSmallCount(people: number): boolean {
  return people <= SMALL_COUNT_MAX
}
