/**
 * Splits `total` into whole parts in proportion to `weights` by largest remainders: the parts add up to `total` exactly,
 * and each is its exact share rounded down or up. Equal remainders favour the earlier part.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const weight = weights.reduce((sum, part) => sum + part, 0)
  const shares = weights.map((part) => (total * part) / weight)
  const parts = shares.map((share) => Math.floor(share))
  const missing = total - parts.reduce((sum, part) => sum + part, 0)
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of byRemainder.slice(0, missing)) parts[index] = parts[index]! + 1
  return parts
}
