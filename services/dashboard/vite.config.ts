import { fileURLToPath } from 'node:url'

import { defineConfig } from 'vite'

const page = fileURLToPath(new URL('page/', import.meta.url))

/** The page, in files that need neither inline scripts nor anything from elsewhere. */
export default defineConfig({
  root: page,
  resolve: { conditions: ['source', 'browser', 'module', 'import', 'default'] },
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_500, // kB: vega and vega-lite, once
    rolldownOptions: { input: [`${page}index.html`, `${page}login.html`] },
  },
  logLevel: 'warn',
})
