import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { TestDatabase } from '@caretally/clickhouse/testing'
import { createLogger } from '@caretally/runtime'
import { z } from 'zod'

import { type DashboardOptions, openDashboard } from './open-dashboard.ts'

export interface TestDashboard extends AsyncDisposable {
  url: string
  accessRecordFile: string
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** The access record, a line each. */
  readRecord(): Promise<Record<string, unknown>[]>
}

/** A dashboard of one test's own, with an access record of its own. */
export async function openTestDashboard(
  { connection }: Pick<TestDatabase, 'connection'>,
  options: Partial<DashboardOptions> = {},
): Promise<TestDashboard> {
  const directory = await mkdtemp(path.join(tmpdir(), 'caretally-dashboard-'))
  const accessRecordFile = path.join(directory, 'records', 'access.jsonl')
  const dashboard = await openDashboard({
    clickhouse: connection,
    timeZone: 'America/Los_Angeles',
    kafka: undefined,
    host: '127.0.0.1',
    port: 0,
    token: undefined,
    accessRecordFile,
    logger: createLogger({ name: 'test', level: 'silent' }),
    ...options,
  })
  const { url } = dashboard
  return {
    url,
    accessRecordFile,
    get: (path, headers = {}) => fetch(`${url}${path}`, { headers, redirect: 'manual' }),
    async readRecord() {
      const lines = (await readFile(accessRecordFile, 'utf8')).split('\n').slice(0, -1)
      return lines.map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)))
    },
    async [Symbol.asyncDispose]() {
      await dashboard[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
