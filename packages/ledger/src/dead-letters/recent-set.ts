/** Remembers the last `size_max` texts that were added. */
export function createRecentSet(size_max: number) {
  const texts = new Set<string>()
  return {
    has: (text: string): boolean => texts.has(text),
    add(text: string): void {
      texts.add(text)
      if (texts.size <= size_max) return
      for (const oldest of texts) {
        texts.delete(oldest)
        return
      }
    },
  }
}
