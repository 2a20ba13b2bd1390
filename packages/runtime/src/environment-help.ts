import type { z } from 'zod'

import { describeVariables, fileVariable, type Variable } from './describe-variables.ts'

/** What goes after the options of a program's `--help`: the environment variables that it reads, a line for each. */
export function environmentHelp(schema: z.ZodObject): string {
  const variables = describeVariables(schema)
  const width = Math.max(...variables.map(({ name }) => name.length))
  const lines = variables.map((variable) => `  ${variable.name.padEnd(width)}  ${inShort(variable)}`)
  return `\nEnvironment (docs/configuration.md says what is allowed):\n${lines.join('\n')}\n`
}

function inShort({ name, description, isRequired, isSecret, default: value }: Variable): string {
  const remarks = [
    ...(isRequired ? ['required'] : []),
    ...(value === undefined ? [] : [`default: ${value}`]),
    ...(isSecret ? [`secret; or ${fileVariable(name)}`] : []),
  ]
  return remarks.length === 0 ? description : `${description} (${remarks.join('; ')})`
}
