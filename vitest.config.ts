import { defineConfig } from 'vitest/config'

/** Workspace packages are tested from their sources, not from what was compiled before. */
const conditions = ['source', 'node', 'import', 'default']
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } }

/** The part of a test's file name that says what it needs. */
const WITH_SERVERS = ['kafka', 'clickhouse', 'servers', 'browser', 'e2e'].map((need) => `**/*.${need}.test.ts`)

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: '.caretally/test-result.json' }]],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: [
            '{packages,services}/*/{src,page}/**/*.test.ts',
            'infra/local/**/*.test.ts',
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
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['test/src/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
