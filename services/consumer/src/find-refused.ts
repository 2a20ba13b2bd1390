/** Whether ClickHouse would take these rows of a range, given by their offsets in ascending order. */
type Accepts = (offsets: readonly number[]) => Promise<boolean>

/**
 * The offsets of rows that ClickHouse refuses for their content, found by halving: k bad ones among n rows cost about
 * k·log₂(n) questions. A row's refusal must not depend on the rows beside it.
 */
export async function findRefused(offsets: readonly number[], accepts: Accepts): Promise<number[]> {
  if (offsets.length === 0 || (await accepts(offsets))) return []
  if (offsets.length === 1) return [...offsets]
  const middle = offsets.length >> 1
  return [
    ...(await findRefused(offsets.slice(0, middle), accepts)),
    ...(await findRefused(offsets.slice(middle), accepts)),
  ]
}
