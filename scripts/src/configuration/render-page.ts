import { describeVariables, fileVariable, needInWords, type Variable } from '@caretally/runtime'

import type { ConfiguredProgram } from './programs.ts'

const INTRODUCTION = `# Configuration

Every program is configured by environment variables, and by nothing else; its options say what it is to do this time.
This page is made from the schemas that the programs read by \`npm run configuration\`; \`npm run COMMAND -- --help\` has the
same in short.

- A variable that is empty counts as not set. Variables that a program does not know are left alone.
- A **secret** may be in a file instead: \`NAME_FILE\` names it, for each secret \`NAME\`. What the file holds is the secret,
  but for one newline at its end. Both set, a file that cannot be read, and an empty one are errors.
- What is wrong is told all at once, in one line that names each variable and what it may be. No value is ever shown.
- The commands find the servers that \`npm run up\` has started, when neither \`KAFKA_BROKERS\` nor \`CLICKHOUSE_URL\` is set.
- \`INFRA\` says on which servers \`npm run demo\` and \`npm test\` work: local, containers, or for the tests external
  ([Tests on other servers](operations.md#tests-on-other-servers)). In the image \`RUN_ONCE_FILE\` names a file, and a command
  that has succeeded with it is not run again. What \`docker-compose.yml\` takes is in [Containers](operations.md#containers).
`

const COLUMNS = ['variable', 'what it is', 'allowed', 'default', 'secret'] as const

/** The page that says how each program is configured, as Markdown. */
export function renderConfigurationPage(programs: readonly ConfiguredProgram[]): string {
  const sections = programs.map(({ command, environment, remark }) => {
    const table = renderTable([COLUMNS, ...describeVariables(environment).map(rowOf)])
    return `## npm run ${command}\n\n${remark === undefined ? '' : `${remark}\n\n`}${table}`
  })
  return [INTRODUCTION, ...sections].join('\n')
}

function rowOf(variable: Variable): string[] {
  const { name, description, allowed, isRequired, isSecret } = variable
  return [
    `\`${name}\``,
    description,
    [allowed, ...variable.needs.map(needOf)].join('; '),
    variable.default === undefined ? (isRequired ? 'required' : '') : `\`${variable.default}\``,
    isSecret ? `yes, or \`${fileVariable(name)}\`` : '',
  ]
}

function needOf(need: Variable['needs'][number]): string {
  const { when } = need
  const condition = when === undefined ? '' : typeof when === 'string' ? `\`${when}\` ` : `${when.words}, `
  return `${condition}needs \`${needInWords(need)}\``
}

/** Aligned, as the formatter wants it. */
function renderTable(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const render = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  const [head, ...body] = rows.map((row) => render(widths.map((width, column) => (row[column] ?? '').padEnd(width))))
  return [head, render(widths.map((width) => '-'.repeat(width))), ...body].join('')
}
