/** Whether ClickHouse would take these rows of a range, given by their indexes in ascending order. */
type Accepts = (indexes: readonly number[]) => Promise<boolean>

/**
 * The indexes of rows that ClickHouse refuses for their content, found by halving: k bad ones among n rows cost about
 * k·log₂(n) questions. A row's refusal must not depend on the rows beside it.
 */
export async function findRefused(indexes: readonly number[], accepts: Accepts): Promise<number[]> {
  if (indexes.length === 0 || (await accepts(indexes))) return []
  if (indexes.length === 1) return [...indexes]
  const middle = indexes.length >> 1
  return [
    ...(await findRefused(indexes.slice(0, middle), accepts)),
    ...(await findRefused(indexes.slice(middle), accepts)),
  ]
}
