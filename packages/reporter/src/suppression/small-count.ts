/** The most people that are too few to be shown by region. */
export const SMALL_COUNT_MAX = 10

/** Whether it counts somebody, but so few that it says something about each of them. */
export function isSmallCount(people: number): boolean {
  return people >= 1 && people <= SMALL_COUNT_MAX
}
