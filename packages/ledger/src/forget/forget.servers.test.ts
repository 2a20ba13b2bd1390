import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'

import {
  deadLettersBlock,
  insertBlock,
  type InteractionRow,
  runQuery,
  WITHOUT_DAILY_COUNTS,
  writtenUpTo,
} from '@caretally/clickhouse'
import { insertInteractions } from '@caretally/clickhouse/testing'
import { createPseudonymizer } from '@caretally/events'
import { systemClock } from '@caretally/runtime'
import { expect, test } from 'vitest'

import { DAY, onDay, onNextDay, openLedger } from '../reconcile/ledger.test-support.ts'
import { reconcile } from '../reconcile/reconcile.ts'
import { repair } from '../reconcile/repair.ts'
import { runForget } from './command-line.ts'
import { forget } from './forget.ts'

const KEY = '07'.repeat(32)
const MEMBER = 'member-4711'
const subject = createPseudonymizer({ version: 2, secret: Buffer.from(KEY, 'hex') })(MEMBER)
/** Somebody else, under the key of version 9. */
const OTHER = '09'.padEnd(32, '0')
const ofMember = (overrides: Partial<InteractionRow> = {}) => onDay({ subject, ...overrides })

/**
 * Offsets 0 to 11: three events of the member on two days and two of others, a repeat of the member's and one of another's, four dead
 * letters of which three are the member's, and at the end an event of the member.
 */
async function openMembersLedger() {
  const ledger = await openLedger()
  const { client } = ledger
  const mine = [ofMember(), ofMember({ kind: 'refill', quantity: 3, region: 'OR' }), { ...onNextDay(), subject }]
  const others = [onDay({ subject: OTHER }), onDay({ region: 'OR', subject: OTHER })]
  await ledger.accept([mine[0]!, others[0]!, mine[1]!, others[1]!, mine[2]!], 0)
  await ledger.drop(mine[1]!, 5, 2)
  await ledger.drop(others[0]!, 6, 1)
  const letters = deadLettersBlock()
  const letter = { key: null, value: Buffer.from('{'), headers: [], appended_ms: 0, reason: 'invalid_json', detail: '' }
  letters.append({ ...letter, key: Buffer.from(subject) }, 0, 7)
  letters.append({ ...letter, value: Buffer.from(`{"subject":"${subject.toUpperCase()}"`) }, 0, 8)
  letters.append({ ...letter, headers: [['member', Buffer.from(subject)]] }, 0, 9)
  letters.append(letter, 0, 10)
  const { table, columns, rows } = letters
  await insertBlock(client, { table, columns, rows, block: letters.encode(), token: 'letters' })
  await ledger.accept([ofMember()], 11)
  await ledger.commit(12)
  const options = { ...ledger.options, subjects: [subject], isDryRun: false, requestedBy: 'somebody' }
  const rowsOf = async (query: string) => {
    const response = await client.query({ query, format: 'JSONCompactEachRow' })
    return response.json<unknown[]>()
  }
  return { ...ledger, mine, forgetOptions: options, rowsOf, [Symbol.asyncDispose]: () => ledger[Symbol.asyncDispose]() }
}

const COUNTS = `
  SELECT day, kind, channel, region, detail, sum(daily_counts.events), sum(daily_counts.quantity),
    uniqCombined64Merge(14)(daily_counts.members)
  FROM daily_counts GROUP BY day, kind, channel, region, detail ORDER BY ALL`
const forgotten = { events: 4, duplicates: 1, deadLetters: 3, days: 2, partitions: [0], unsettled: 0 }

test.concurrent('the member is gone from every table and from the disk, the counts stay, and the ledger holds', async () => {
  await using ledger = await openMembersLedger()
  const { rowsOf } = ledger
  const counts = await rowsOf(COUNTS)
  expect(await forget(ledger.forgetOptions)).toEqual(forgotten)

  expect(await rowsOf('SELECT kafka_offset FROM events ORDER BY kafka_offset')).toEqual([['1'], ['3']])
  const parts = "SELECT sum(rows) FROM system.parts WHERE database = currentDatabase() AND table = 'events' AND active"
  expect(await rowsOf(parts)).toEqual([['2']]) // not just hidden
  const noId = '00000000-0000-0000-0000-000000000000'
  expect(await rowsOf(`SELECT kafka_offset, id = '${noId}' FROM duplicates ORDER BY kafka_offset`)).toEqual([
    ['5', 1],
    ['6', 0],
  ])
  expect(await rowsOf('SELECT key, value, headers, reason FROM dead_letters ORDER BY kafka_offset')).toEqual([
    ...Array.from({ length: 3 }, () => [null, null, [], 'invalid_json']),
    [null, '{', [], 'invalid_json'],
  ])
  expect(await rowsOf(COUNTS)).toEqual(counts)
  const account = { consumed: 12, accepted: 2, erased: 4, duplicates: 2, deadLetters: 4 }
  expect(await reconcile(ledger.options)).toMatchObject({ ok: true, partitions: [account] })
  expect(await repair(ledger.options)).toMatchObject({ removed: 0, compensatedDays: [] })
  expect(await runQuery(ledger.client, writtenUpTo, { partition: 0 })).toEqual([{ next_offset: 12 }])
})

test.concurrent('what is kept of an erasure names no member and no event', async () => {
  await using ledger = await openMembersLedger()
  await forget(ledger.forgetOptions)
  expect(
    await ledger.rowsOf(
      'SELECT status, events, duplicates, dead_letters, days, partitions, requested_by FROM erasures ORDER BY at, status',
    ),
  ).toEqual(['begun', 'done'].map((status) => [status, '4', '1', '3', 2, [0], 'somebody']))
  const kept = [
    await ledger.rowsOf('SELECT * FROM erasures'),
    await ledger.rowsOf('SELECT * FROM erased_events'),
    await ledger.rowsOf('SELECT command FROM system.mutations WHERE database = currentDatabase()'),
  ]
  const text = JSON.stringify(kept).toLowerCase()
  for (const secret of [subject, MEMBER, ...ledger.mine.map(({ id }) => id)]) expect(text).not.toContain(secret)
  expect(text).toContain('0,"2"') // an offset
})

test.concurrent('drift beside an erasure is found and mended as ever', async () => {
  await using ledger = await openMembersLedger()
  await forget(ledger.forgetOptions)
  await ledger.sql(`INSERT INTO daily_counts (day, kind, channel, region, detail, events, quantity)
    VALUES ('${DAY}', 'login', 'web', 'CA', 'password', 1, 1)`)
  await ledger.sql('DELETE FROM events WHERE kafka_offset = 3')
  expect((await reconcile(ledger.options)).drift).toMatchObject([
    { type: 'missing_offsets', runs: [{ first: 3, last: 3 }] },
    { type: 'day', day: DAY, raw: 4, daily: 6 },
  ])
  const { compensatedDays, ledger: after } = await repair(ledger.options)
  expect(compensatedDays).toEqual([DAY])
  expect(after.drift).toMatchObject([{ type: 'missing_offsets' }])
})

test.concurrent('a dry run says what would be erased, and erases nothing', async () => {
  await using ledger = await openMembersLedger()
  expect(await forget({ ...ledger.forgetOptions, isDryRun: true })).toEqual(forgotten)
  expect(await ledger.count('(SELECT count() FROM events)')).toBe(6)
  expect(await ledger.count('(SELECT count() FROM erasures)')).toBe(0)
  expect(await reconcile(ledger.options)).toMatchObject({ ok: true })
})

test.concurrent('two erasures at once erase once, and a third one finds nothing', async () => {
  await using ledger = await openMembersLedger()
  await Promise.all([forget(ledger.forgetOptions), forget(ledger.forgetOptions)])
  expect(await reconcile(ledger.options)).toMatchObject({ ok: true, partitions: [{ accepted: 2, erased: 4 }] })
  expect(await forget(ledger.forgetOptions)).toEqual({
    ...forgotten,
    events: 0,
    duplicates: 0,
    deadLetters: 0,
    days: 0,
    partitions: [],
  })
})

test.concurrent('an erasure that broke off is named, and completed by the next one, of whomever', async () => {
  await using ledger = await openMembersLedger()
  const interrupted = new AbortController()
  const onProgress = (step: string) => {
    if (step === 'erasing') interrupted.abort(new Error('Ctrl-C'))
  }
  const erasing = forget({ ...ledger.forgetOptions, signal: interrupted.signal, onProgress })
  await expect(erasing).rejects.toThrow('Ctrl-C')
  const runs = [0, 2, 4, 11].map((offset) => ({ first: offset, accepted: 1, erased: 1 }))
  expect(await reconcile(ledger.options)).toMatchObject({ ok: false, drift: [{ type: 'overlapping_offsets', runs }] })

  await forget({ ...ledger.forgetOptions, subjects: ['00'.repeat(16)] })
  expect(await reconcile(ledger.options)).toMatchObject({ ok: true, partitions: [{ accepted: 2, erased: 4 }] })
  expect(await ledger.count("(SELECT countIf(id = '00000000-0000-0000-0000-000000000000') FROM duplicates)")).toBe(1)
})

test.concurrent('an erased event that is written again is named, and the next erasure takes it', async () => {
  await using ledger = await openMembersLedger()
  await forget(ledger.forgetOptions)
  const settings = WITHOUT_DAILY_COUNTS
  await insertInteractions(ledger.client, [ledger.mine[0]!], { first: 0, token: randomUUID(), settings })
  const returned = { first: 0, last: 0, accepted: 1, duplicates: 0, deadLetters: 0, erased: 1 }
  expect((await reconcile(ledger.options)).drift).toMatchObject([{ type: 'overlapping_offsets', runs: [returned] }])
  await forget(ledger.forgetOptions)
  expect(await reconcile(ledger.options)).toMatchObject({ ok: true })
})

test.concurrent('a repeat that comes after its event was erased is no drift, and loses its id too', async () => {
  await using ledger = await openMembersLedger()
  await forget(ledger.forgetOptions)
  await ledger.drop(ledger.mine[0]!, 12, 0)
  await ledger.commit(13)
  expect(await reconcile(ledger.options)).toMatchObject({ ok: true, drift: [] })
  await forget(ledger.forgetOptions)
  expect(await ledger.count(`(SELECT count() FROM duplicates WHERE id = '${ledger.mine[0]!.id}')`)).toBe(0)
})

test.concurrent('what is just being written is left alone, and said', async () => {
  await using ledger = await openMembersLedger()
  await ledger.accept([ofMember()], 12)
  expect(await forget(ledger.forgetOptions)).toEqual({ ...forgotten, unsettled: 1 })
  expect(await ledger.count('(SELECT count() FROM events WHERE kafka_offset = 12)')).toBe(1)
  await ledger.commit(13)
  expect(await forget(ledger.forgetOptions)).toMatchObject({ events: 1, unsettled: 0 })
  expect(await reconcile(ledger.options)).toMatchObject({ ok: true })
})

test.concurrent('the command takes the member or the pseudonym, names neither, and says what Kafka keeps', async () => {
  await using ledger = await openMembersLedger()
  const run = async (...args: string[]) => {
    const written = { stdout: '', stderr: '' }
    const status = await runForget(args, {
      stdin: Readable.from([MEMBER.slice(0, 3), `${MEMBER.slice(3)}\n`]),
      env: {
        ...ledger.env,
        MEMBER_PSEUDONYM_KEY: `3:${'03'.repeat(32)}`,
        MEMBER_PSEUDONYM_KEYS_OLD: `${KEY},2:${KEY}`,
      },
      clock: systemClock,
      signal: new AbortController().signal,
      user: 'somebody',
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: (text) => (written.stderr += text), isTTY: true },
    })
    expect(JSON.stringify(written)).not.toMatch(new RegExp(`${subject}|${MEMBER}`, 'i'))
    return { status, ...written }
  }
  const dry = await run('--subject', subject, '--dry-run', '--format', 'json')
  expect(JSON.parse(dry.stdout)).toEqual({ dryRun: true, ...forgotten, unknownKeys: [] })
  expect(JSON.parse((await run('--member', '-', '--dry-run', '--format', 'json')).stdout)).toMatchObject(forgotten)
  const { status, stdout } = await run('--member', MEMBER)
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: expect.stringMatching(
      /^Erased: 4 events of 2 days, the ids of 1 duplicate, and the bytes of 3 dead letters\. The counts stay\.\n.*\nKafka keeps .* for up to \d+ days?, /,
    ) as string,
  })
  expect(await run('--member', MEMBER, '--subject', subject)).toMatchObject({ status: 1 })
  for (const args of [[], ['--subject', MEMBER.slice(0, 6)], ['--member', '']])
    await expect(run(...args)).rejects.toMatchObject({
      code: expect.stringMatching(/^(member_missing|subject_invalid)$/) as string,
    })
  expect((await run('--member', MEMBER, '--dry-run')).stdout).toContain(
    'Not looked at: events under the key of version 9, which MEMBER_PSEUDONYM_KEYS_OLD does not have.\n',
  )
  await expect(
    runForget(['--member', MEMBER], {
      stdin: Readable.from([]),
      env: ledger.env,
      clock: systemClock,
      signal: new AbortController().signal,
      user: 'somebody',
      stdout: { write: () => undefined },
      stderr: { write: () => undefined },
    }),
  ).rejects.toMatchObject({ code: 'config_invalid' })
})
