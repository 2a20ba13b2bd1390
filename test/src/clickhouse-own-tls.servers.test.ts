// Only with INFRA=containers: the ClickHouse that speaks TLS itself is in an image

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { checkConnection } from '@caretally/clickhouse'
import { startTlsClickHouse, type TlsClickHouse } from '@caretally/infra/containers'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { readOperationsPage, sectionOf, xmlOf } from './operations-page.ts'
import { connectionOf, expectRefusal, type TlsPlace, tlsRefusals } from './tls-refusals.ts'

const BUILD_AND_START_MS_MAX = 300_000

let directory: string
let clickhouse: TlsClickHouse
let place: TlsPlace

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'caretally-own-tls-'))
  const page = await readOperationsPage()
  clickhouse = await startTlsClickHouse(xmlOf(sectionOf(page, 'TLS and passwords')))
  const { url, plainUrl, authority, otherAuthority } = clickhouse
  place = { url, plainUrl, caFile: path.join(directory, 'ca.pem'), otherCaFile: path.join(directory, 'other.pem') }
  await writeFile(place.caFile, authority)
  await writeFile(place.otherCaFile, otherAuthority)
}, BUILD_AND_START_MS_MAX)

afterAll(async () => {
  await clickhouse[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

test('who trusts its authority is answered by a ClickHouse that has the settings of the operations page', async () => {
  const connection = connectionOf({
    CLICKHOUSE_URL: place.url,
    CLICKHOUSE_TLS_CA_FILE: place.caFile,
    CLICKHOUSE_USER: clickhouse.username,
    CLICKHOUSE_PASSWORD: clickhouse.password,
    CLICKHOUSE_DATABASE: 'default', // this version does not know the header that names another
  })
  await expect(checkConnection(connection)).rejects.toMatchObject({
    code: 'clickhouse_too_old',
    message: `ClickHouse at ${place.url} is version 18.16`,
    hint: 'version 26.3 or later is needed',
  })
})

test.each(tlsRefusals)('one clear line, soon, when %s', async (_, change, code, hint) => {
  await expectRefusal(change(place), code, hint)
})
