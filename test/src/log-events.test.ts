import { LOG_EVENTS } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { readOperationsPage, sectionOf } from './operations-page.ts'

test('each line has an event of its own, which docs/operations.md explains, and no other', async () => {
  const events = Object.values(LOG_EVENTS)
  expect(new Set(events).size).toBe(events.length)
  for (const event of events) expect(event).toMatch(/^[a-z]+(_[a-z]+)*$/)
  const page = await readOperationsPage()
  const explained = [...sectionOf(page, 'Logs').matchAll(/^\| `(\w+)` /gm)].map(([, event]) => event)
  expect(new Set(explained)).toEqual(new Set(events))
  expect(explained).toHaveLength(events.length)
})
