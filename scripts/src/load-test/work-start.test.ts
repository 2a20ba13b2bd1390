import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { expect, test } from 'vitest'

import { workStart_ms } from './work-start.ts'

async function startIn(log: string): Promise<number | undefined> {
  const directory = await mkdtemp(path.join(tmpdir(), 'caretally-log-'))
  try {
    const file = path.join(directory, 'consumer.log')
    await writeFile(file, log)
    return await workStart_ms(file)
  } finally {
    await rm(directory, { recursive: true })
  }
}

const line = (event: string, time: string) => `${JSON.stringify({ level: 'info', time, event, partition: 1 })}\n`

test('work begins with the first partition that any worker has loaded', async () => {
  const log = [
    line('consumer_started', '2026-11-26T10:00:00.000Z'),
    line('partition_loaded', '2026-11-26T10:00:02.500Z'),
    line('partition_loaded', '2026-11-26T10:00:02.250Z'),
    'Warning: what Node says\n',
    line('partition_loaded', '2026-11-26T10:00:03.000Z').slice(0, -9),
  ]
  expect(await startIn(log.join(''))).toBe(Date.parse('2026-11-26T10:00:02.250Z'))
})

test('a consumer that has got no records has not begun', async () => {
  expect(await startIn(line('consumer_started', '2026-11-26T10:00:00.000Z'))).toBeUndefined()
  expect(await startIn('')).toBeUndefined()
})
