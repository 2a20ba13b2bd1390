/** The forms in which a secret could come out: as it is, in other letters, and encoded. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  // of base64 the part that does not depend on what comes before and after
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    return text.slice(shift === 0 ? 0 : 4, -4)
  })
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('hex'), ...base64]
}

/**
 * The names of the secrets that are in a text, in whatever form.
 *
 * @param secrets name → secret, each long enough that it is nowhere by chance
 */
export function findLeaks(text: string, secrets: ReadonlyMap<string, string>): string[] {
  const searched = text.toLowerCase()
  return [...secrets]
    .filter(([, secret]) => formsOf(secret).some((form) => searched.includes(form.toLowerCase())))
    .map(([name]) => name)
}
