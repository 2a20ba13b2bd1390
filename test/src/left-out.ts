import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** A file of tests that says, by what it does or in a comment, that it can only run on servers of one kind. */
export interface LeftOut {
  /** Relative to the root. */
  file: string
  only: string
  reason: string
}

const FOLDERS = ['packages', 'services', 'infra', 'test']
const SKIPPED = new Set(['node_modules', 'dist'])
const COMMENT = /^\/\/ Only with INFRA=(local|containers): (.+)$/m
const STARTS_SERVERS = /\b(startServers|startKafka|startClickHouse|startOwnClickHouse|keepServers)\b/

/**
 * The tests that are left out with this INFRA: those that start, stop or kill servers themselves, which are local, and those
 * with a comment `// Only with INFRA=…: …` that says why.
 */
export function findLeftOut(root: string, infra: string): LeftOut[] {
  return FOLDERS.flatMap((folder) => testsBelow(root, folder)).flatMap((file) => {
    const bound = boundTo(readFileSync(path.join(root, file), 'utf8'))
    return bound === undefined || bound.only === infra ? [] : [{ file, ...bound }]
  })
}

/** Undefined for a test that takes the servers it is given. */
export function boundTo(text: string): Pick<LeftOut, 'only' | 'reason'> | undefined {
  const [, only, reason] = COMMENT.exec(text) ?? []
  if (only !== undefined && reason !== undefined) return { only, reason }
  return STARTS_SERVERS.test(text) ? { only: 'local', reason: 'it starts and stops servers itself' } : undefined
}

function testsBelow(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : testsBelow(root, file)
    return /\.\w+\.test\.ts$/.test(entry.name) ? [file] : []
  })
}
