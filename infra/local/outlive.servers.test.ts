import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'
import { z } from 'zod'

import { isGroupThere, makeTestDirectory } from './servers.test-support.ts'

const INDEX = fileURLToPath(new URL('../dist/index.js', import.meta.url))

/** A program that starts the servers, prints their process groups, and waits. */
const PROGRAM = `
  import { startServers } from ${JSON.stringify(INDEX)}
  const { kafka, clickhouse } = await startServers({ directory: process.argv[1] })
  console.log(JSON.stringify([kafka.nodes[0].pid(), clickhouse.pid()]))
`

test.each(['SIGKILL', 'SIGINT'] as const)('no server outlives a parent that ends by %s', async (signal) => {
  await using directory = await makeTestDirectory()
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM, directory.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const groups = z.tuple([z.int().positive(), z.int().positive()]).parse(JSON.parse(line.toString()))
  expect(groups.map(isGroupThere)).toEqual([true, true])

  parent.kill(signal)
  await once(parent, 'exit')
  await expect.poll(() => groups.map(isGroupThere), { timeout: 20_000 }).toEqual([false, false])
})
