import { writeFile } from 'node:fs/promises'

import { CaretallyError, type Environment } from '@caretally/runtime'

import type { Format } from './formats/render.ts'

/** Where a program writes: a terminal, a pipe, or whatever a test reads from. */
export interface Stream {
  write(text: string): unknown
  isTTY?: boolean | undefined
}

export interface Surroundings {
  env: Environment
  stdout: Stream
  stderr: Stream
}

export interface OutputOptions {
  format: Format
  /** A file's path; standard output without it. */
  output?: string
}

export interface Report {
  render: (format: Format, options: { colours: boolean }) => string | Promise<string>
  /** What the reader has to know besides the figures. */
  remarks?: readonly string[]
  /** There are no figures; the remarks then take the place of an empty table. */
  isEmpty?: boolean
}

/**
 * Writes figures to the file or to standard output, and the remarks to standard error, so that they are never taken for data.
 *
 * @throws {CaretallyError} `output_failed`
 */
export async function writeReport(report: Report, options: OutputOptions, world: Surroundings): Promise<void> {
  const { render, remarks = [], isEmpty = false } = report
  const { format, output } = options
  if (isEmpty && format === 'table' && output === undefined) {
    for (const remark of remarks) world.stdout.write(`${remark}\n`)
    return
  }
  if (output === undefined) {
    world.stdout.write(await render(format, { colours: isColourful(world) }))
  } else {
    await writeOutput(output, await render(format, { colours: false }))
    world.stderr.write(`Written to ${output}\n`)
  }
  for (const remark of remarks) world.stderr.write(`${remark}\n`)
}

/** Colours are for people at a terminal who have not asked for none (https://no-color.org). */
function isColourful({ env, stdout }: Surroundings): boolean {
  return stdout.isTTY === true && (env.NO_COLOR ?? '') === ''
}

async function writeOutput(output: string, text: string): Promise<void> {
  try {
    await writeFile(output, text)
  } catch (cause) {
    throw new CaretallyError('output_failed', `cannot write to ${output}`, {
      hint: 'its folder must exist and be writable',
      cause,
    })
  }
}
