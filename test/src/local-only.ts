import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** A file of tests that says, by what it does or in a comment, that it can only run with local servers. */
export interface LocalOnly {
  /** Relative to the root. */
  file: string
  reason: string
}

const FOLDERS = ['packages', 'services', 'infra', 'test']
const SKIPPED = new Set(['node_modules', 'dist'])
const COMMENT = /^\/\/ Only with INFRA=local: (.+)$/m
const STARTS_SERVERS = /\b(startServers|startKafka|startClickHouse|startOwnClickHouse|keepServers)\b/

/**
 * The tests that are left out when the servers are somebody else's or in containers: those that start, stop or kill servers
 * themselves, and those with a comment `// Only with INFRA=local: …` that says why.
 */
export function findLocalOnly(root: string): LocalOnly[] {
  return FOLDERS.flatMap((folder) => testsBelow(root, folder)).flatMap((file) => {
    const reason = whyLocalOnly(readFileSync(path.join(root, file), 'utf8'))
    return reason === undefined ? [] : [{ file, reason }]
  })
}

/** Undefined for a test that takes the servers it is given. */
export function whyLocalOnly(text: string): string | undefined {
  const [, reason] = COMMENT.exec(text) ?? []
  return reason ?? (STARTS_SERVERS.test(text) ? 'it starts and stops servers itself' : undefined)
}

function testsBelow(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : testsBelow(root, file)
    return /\.\w+\.test\.ts$/.test(entry.name) ? [file] : []
  })
}
