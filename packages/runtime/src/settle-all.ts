/** As `Promise.all`, but waits for all of them before it throws the first error: nothing goes on behind the caller's back. */
export async function settleAll<const T extends readonly unknown[]>(
  works: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(works)
  return Promise.all(works)
}
