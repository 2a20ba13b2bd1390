import { randomUUID } from 'node:crypto'

import type { ClickHouseSettings } from '@caretally/clickhouse'
import { CONTRACT, Contract, type KnownEvent } from '@caretally/events'

import { DuplicateWindow } from './duplicate-window.ts'
import { Fence } from './fence.ts'

/** What a range goes through, in order. A step that has nothing to write is passed all the same. */
export const STEPS = ['pending', 'dead_letters', 'duplicates', 'events', 'close'] as const
export type Step = (typeof STEPS)[number]

/** What keeps every count exact. The fault suite shows of each that it is needed. */
export const PROTECTIONS = [
  'token',
  'pending_range',
  'pending_contract',
  'epoch',
  'duplicate_window',
  'view_deduplication',
  'recount',
] as const
export type Protection = (typeof PROTECTIONS)[number]

/** What a consumer that is built for tests does differently. The program itself has none of it. */
export interface TestBuild {
  /** Told after each step of each range; the range goes on when it resolves. */
  reached?: (step: Step) => void | Promise<void>
  /** The protection that is switched off. */
  without?: Protection
  /** That of a later version. */
  contract?: Contract<KnownEvent>
}

/** The choices that a test build may make differently. */
export interface Build {
  reached: (step: Step) => void | Promise<void>
  /** Asked for each attempt of each insert. */
  token: (token: string) => string
  recordsPending: boolean
  /** By which records are judged. */
  contract: Contract<KnownEvent>
  /** Whether the rows of a range are counted when it is not known what became of its inserts. */
  recounts: boolean
  fence: Fence
  createWindow: (offsets: number) => DuplicateWindow
  /** Of inserts, besides those that every insert has. */
  settings: ClickHouseSettings
}

/** The program's own choices, or those of a test build. */
export function resolveBuild({ reached, without, contract = CONTRACT }: TestBuild = {}): Build {
  return {
    reached: reached ?? (() => undefined),
    token: without === 'token' ? (token) => `${token}|${randomUUID()}` : (token) => token,
    recordsPending: without !== 'pending_range',
    contract: without === 'pending_contract' ? new TimelessContract(contract.definitions) : contract,
    // a view that was passed over is filled by the recount too, which would hide what its deduplication is good for
    recounts: without !== 'recount' && without !== 'view_deduplication',
    fence: without === 'epoch' ? new OpenFence() : new Fence(),
    createWindow: (offsets) =>
      without === 'duplicate_window' ? new BlindWindow(offsets) : new DuplicateWindow(offsets),
    settings: without === 'view_deduplication' ? { deduplicate_blocks_in_dependent_materialized_views: 0 } : {},
  }
}

/** Decides by what is known today, whatever was known when a range was begun. */
class TimelessContract extends Contract<KnownEvent> {
  override asOf(): this {
    return this
  }
}

class OpenFence extends Fence {
  override capture(): number {
    return 0
  }

  override check(): void {}
}

class BlindWindow extends DuplicateWindow {
  override admit(offset: number): undefined {
    this.pass(offset)
    return undefined
  }
}
