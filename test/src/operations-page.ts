import { readFile } from 'node:fs/promises'

import { root } from './run-program.ts'

/** docs/operations.md. */
export async function readOperationsPage(): Promise<string> {
  return await readFile(`${root}docs/operations.md`, 'utf8')
}

/** The text of a page below one of its headings of the first level, up to the next one. */
export function sectionOf(page: string, heading: string): string {
  const section = page.split(/^# /m).find((text) => text.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`there is no section ${heading}`)
  return section
}

/** The blocks of a text that are in this language. */
export function blocksOf(text: string, language: 'sh' | 'sql' | 'xml'): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^\`]*)^\`\`\`$`, 'gm'))].map(([, block = '']) => block)
}

/** The statements of a section that begin with a word, as its blocks of SQL have them. */
export function statementsOf(section: string, word: string): string[] {
  const lines = blocksOf(section, 'sql').flatMap((block) => block.split('\n'))
  return lines.filter((line) => line.startsWith(`${word} `))
}

/** The only block of XML of a section. */
export function xmlOf(section: string): string {
  const [block, ...others] = blocksOf(section, 'xml')
  if (block === undefined || others.length > 0) throw new Error('there is not one block of XML')
  return block
}
