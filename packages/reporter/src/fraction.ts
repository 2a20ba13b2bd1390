/** An exact number. The denominator is greater than zero. */
export interface Fraction {
  numerator: bigint
  denominator: bigint
}

/** `numerator / denominator`, or null where that is no number. Both are whole and `denominator` is not negative. */
export function fraction(numerator: bigint | number, denominator: bigint | number = 1): Fraction | null {
  const [top, bottom] = [BigInt(numerator), BigInt(denominator)]
  return bottom === 0n ? null : { numerator: top, denominator: bottom }
}

/** `a / b` for a `b` that is not negative; null when `b` is zero. */
export function divide(a: Fraction, b: Fraction): Fraction | null {
  return fraction(a.numerator * b.denominator, a.denominator * b.numerator)
}

/**
 * The change from `before` to `now` in percent of `before`, which is not negative; null when `before` is zero.
 *
 * It is computed from the exact numbers, not from the rounded ones that are shown.
 */
export function percentChange(now: Fraction, before: Fraction): Fraction | null {
  const ratio = divide(now, before)
  return ratio && { ...ratio, numerator: (ratio.numerator - ratio.denominator) * 100n }
}

/** The number with `decimals` decimals, halves rounded away from zero: 0.25 → 0.3 and -0.25 → -0.3 with one. */
export function toDecimal({ numerator, denominator }: Fraction, decimals: number): number {
  const scale = 10n ** BigInt(decimals)
  const magnitude = numerator < 0n ? -numerator : numerator
  const rounded = (2n * magnitude * scale + denominator) / (2n * denominator)
  return Number(numerator < 0n ? -rounded : rounded) / Number(scale)
}
