import { readFile } from 'node:fs/promises'

import { CaretallyError } from '@caretally/runtime'
import type { z } from 'zod'

import { parseYaml } from './parse-yaml.ts'
import type { Reference } from './reference.ts'
import { referenceSchema } from './reference-schema.ts'

/**
 * The reference of a YAML file.
 *
 * @throws {CaretallyError} `reference_unreadable`, or as {@link parseReference}
 */
export async function readReference(file: string): Promise<Reference> {
  return parseReference(await readText(file), file)
}

/**
 * The reference that the text of a YAML file holds. All problems are reported at once, each with its path in the file.
 *
 * @param name of the file, for the errors
 * @throws {CaretallyError} `reference_not_yaml`, `reference_invalid`
 */
export function parseReference(text: string, name: string): Reference {
  const result = referenceSchema.safeParse(parseYaml(text, name))
  if (result.success) return result.data
  const problems = result.error.issues.flatMap(describeIssue)
  throw new CaretallyError('reference_invalid', `${name} cannot be used: ${problems.join('; ')}`, {
    hint: 'leave out what is not known; docs/figures.md shows what a reference file looks like',
  })
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new CaretallyError('reference_unreadable', `cannot read ${file}`, {
      hint: 'give the path of a YAML file, such as packages/reporter/reference/kaiser-2016.yaml',
      cause,
    })
  }
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${[...issue.path, key].join('.')} is not one of the names that are known`)
  }
  return [`${issue.path.join('.') || 'the file'} ${issue.message}`]
}
