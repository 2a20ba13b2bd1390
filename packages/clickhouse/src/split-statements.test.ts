import fc from 'fast-check'
import { expect, test } from 'vitest'

import { splitStatements } from './split-statements.ts'

const word = fc.stringMatching(/^[a-z0-9 (),=*+{}]{1,12}$/).filter((text) => text.trim() !== '')
const content = fc.stringMatching(/^[a-z; $#\n-]{0,12}$/)
const quoted = fc
  .tuple(fc.constantFrom("'", '"', '`'), fc.array(fc.oneof(content, fc.constantFrom('\\', 'QQ')), { maxLength: 4 }))
  .map(([quote, parts]) => quote + parts.map((part) => escapeFor(quote, part)).join('') + quote)

function escapeFor(quote: string, part: string): string {
  if (part === '\\') return `\\${quote}`
  return part === 'QQ' ? quote + quote : part
}

test('statements end at their own semicolons only, whatever their strings and names contain', () => {
  const statement = fc
    .array(fc.oneof(word, quoted), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join(' ').trim())
  fc.assert(
    fc.property(fc.array(statement), (statements) => {
      expect(splitStatements(statements.join(';\n'))).toEqual(statements)
    }),
  )
})

test('comments are left out, with all that they contain', () => {
  const comment = fc.oneof(
    content.map((text) => `-- it's; ${text.replaceAll('\n', ' ')}\n`),
    content.map((text) => `/* it's; ${text} */`),
  )
  fc.assert(
    fc.property(comment, comment, (one, two) => {
      const statements = splitStatements(`${one}SELECT 1;${two}SELECT${one}2;${two}`)
      expect(statements.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual(['SELECT 1', 'SELECT 2'])
    }),
  )
})

test.each(["SELECT 'a;", 'SELECT `a;', 'SELECT "a;', '/* a;', 'SELECT $a$;$a$', '# a;'])(
  'what would be cut wrongly is refused: %s',
  (sql) => {
    expect(() => splitStatements(`SELECT 1;\n${sql}`)).toThrow(/^line 2 /)
  },
)

test('division and subtraction are no comments', () => {
  expect(splitStatements('SELECT 4 / 2 - 1')).toEqual(['SELECT 4 / 2 - 1'])
})
