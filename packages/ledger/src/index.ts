export * from './reconcile/ledger.ts'
export { reconcile, type ReconcileOptions } from './reconcile/reconcile.ts'
export { type Repair, repair } from './reconcile/repair.ts'
