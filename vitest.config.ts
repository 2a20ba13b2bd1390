import { availableParallelism } from 'node:os'

import { defineConfig } from 'vitest/config'

import { InfraReporter } from './test/src/infra-reporter.ts'
import { findLeftOut } from './test/src/left-out.ts'

/** Workspace packages are tested from their sources, not from what was compiled before. */
const conditions = ['source', 'node', 'import', 'default']
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } }

/** The part of a test's file name that says what it needs. */
const WITH_SERVERS = ['kafka', 'clickhouse', 'servers', 'browser', 'e2e'].map((need) => `**/*.${need}.test.ts`)

/** `npm test` has chosen when it is not set by the user. */
const infra = process.env['INFRA'] || 'local'
const leftOut = findLeftOut(import.meta.dirname, infra)
const outputFile = `.caretally/test-result${infra === 'local' ? '' : `-${infra}`}.json`

export default defineConfig({
  test: {
    // Files wait for servers more than they compute: two at a time even on a machine of two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', ['json', { outputFile }], new InfraReporter(infra, leftOut)],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          testTimeout: 30_000, // properties of thousands of cases, beside others
          include: [
            '{packages,services}/*/{src,page}/**/*.test.ts',
            'infra/{local,containers}/**/*.test.ts',
            '{scripts,test}/src/**/*.test.ts',
          ],
          exclude: WITH_SERVERS,
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          include: WITH_SERVERS,
          exclude: ['**/node_modules/**', '**/dist/**', ...leftOut.map(({ file }) => file)],
          globalSetup: ['test/src/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
