/** The compiled programs that tests run, as `startProgram` takes them: what `npm run` and the image run too. */
export const CONSUMER = 'services/consumer/dist/main.js'
export const DASHBOARD = 'services/dashboard/dist/main.js'
export const DEAD_LETTERS = 'packages/ledger/dist/dead-letters-main.js'
export const MIGRATE = 'scripts/dist/migrate.js'
export const PRODUCERS = 'services/producers/dist/main.js'
export const REALIGN = 'packages/ledger/dist/realign-main.js'
export const RECONCILE = 'packages/ledger/dist/reconcile-main.js'
export const REPORT = 'packages/reporter/dist/main.js'
