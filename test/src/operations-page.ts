/** The text of a page below one of its headings of the first level, up to the next one. */
export function sectionOf(page: string, heading: string): string {
  const section = page.split(/^# /m).find((text) => text.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`there is no section ${heading}`)
  return section
}

/** The statements of a section that begin with a word, as its blocks of SQL have them. */
export function statementsOf(section: string, word: string): string[] {
  const blocks = [...section.matchAll(/^```sql\n([^`]*)^```$/gm)].map(([, block = '']) => block)
  return blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith(`${word} `))
}

/** The only block of XML of a section. */
export function xmlOf(section: string): string {
  const [block, ...others] = [...section.matchAll(/^```xml\n([^`]*)^```$/gm)].map(([, block = '']) => block)
  if (block === undefined || others.length > 0) throw new Error('there is not one block of XML')
  return block
}
