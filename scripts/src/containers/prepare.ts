import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'

import { CaretallyError, createProgram, runProgram } from '@caretally/runtime'

import { rootPath } from '../root.ts'
import { prepareVolumes, type Share } from './prepare-volumes.ts'

const program = createProgram('prepare')
  .description(
    'Makes at random what docker-compose.yml needs to be secret, once, and hands it out: to each directory the secrets ' +
      'that are named after it, and to ClickHouse the digests of its users’ passwords.',
  )
  .argument('<directory:SECRET...>', 'which directory gets which secret')
  .option('--volumes <directory>', 'where the volumes are mounted', '/volumes')
  .parse()
const { volumes } = program.opts<{ volumes: string }>()

await runProgram(async () => {
  const shares = program.args.map(parseShare)
  await mkdir(path.join(volumes, 'secrets'), { recursive: true })
  await prepareVolumes({ volumes, shares, usersDirectory: rootPath('infra/clickhouse') })
  process.stdout.write(`caretally: prepared ${(await readdir(volumes)).length} volumes\n`)
})

function parseShare(text: string): Share {
  const [, directory, secret] = /^([a-z-]+):([A-Z_]+)$/.exec(text) ?? []
  if (directory === undefined || secret === undefined) {
    throw new CaretallyError('arguments_invalid', `'${text}' does not look like consumer:CLICKHOUSE_PASSWORD`)
  }
  return { directory, secret }
}
