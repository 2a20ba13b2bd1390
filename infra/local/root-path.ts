import { fileURLToPath } from 'node:url'

/** The path of a file of this repository, from its path relative to the root. */
export function rootPath(relative: string): string {
  return fileURLToPath(new URL(`../../${relative}`, import.meta.url))
}
