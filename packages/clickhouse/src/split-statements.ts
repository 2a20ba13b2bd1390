import { CaretallyError } from '@caretally/runtime'

/** What may not be cut: comments, and quoted strings and names, in which a backslash or a doubled quote is no end. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\[\s\S]|'')*'|`(?:[^`\\]|\\[\s\S]|``)*`|"(?:[^"\\]|\\[\s\S]|"")*"|[^'"`;$#/-]+|[-/]|;/y

/**
 * The statements of an SQL text, without the comments and without the semicolons that end them. Semicolons in comments,
 * strings and quoted names end nothing.
 *
 * @throws {CaretallyError} `migration_unreadable` with the line of what is not closed, or of a `$` or `#`, whose strings
 *   and comments this does not know
 */
export function splitStatements(sql: string): string[] {
  const statements: string[] = []
  let statement = ''
  for (let position = 0; position < sql.length;) {
    TOKEN.lastIndex = position
    const token = TOKEN.exec(sql)?.[0]
    if (token === undefined || (token === '/' && sql.startsWith('/*', position))) throw unreadable(sql, position)
    if (token === ';') {
      statements.push(statement)
      statement = ''
    } else {
      statement += isComment(token) ? ' ' : token
    }
    position += token.length
  }
  statements.push(statement)
  return statements.map((text) => text.trim()).filter((text) => text !== '')
}

function isComment(token: string): boolean {
  return token.startsWith('--') || token.startsWith('/*')
}

function unreadable(sql: string, position: number): CaretallyError {
  const line = sql.slice(0, position).split('\n').length
  return new CaretallyError(
    'migration_unreadable',
    `line ${line} opens what is not closed, or uses $ or # outside a string`,
  )
}
