/** The text of a page below one of its headings of the first level, up to the next one. */
export function sectionOf(page: string, heading: string): string {
  const section = page.split(/^# /m).find((text) => text.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`there is no section ${heading}`)
  return section
}
