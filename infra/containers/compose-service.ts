import { readFile } from 'node:fs/promises'

import { rootPath } from '@caretally/infra'
import type { Environment } from '@caretally/runtime'
import { parse } from 'yaml'
import { z } from 'zod'

const scalar = z.union([z.string(), z.number()]).transform(String)
const Service = z.object({
  image: z.string(),
  environment: z.record(z.string(), scalar),
  healthcheck: z.object({ test: z.tuple([z.literal('CMD')], z.string()) }),
})
const File = z.object({ services: z.object({ kafka: Service, clickhouse: Service }) })

/** A server as docker-compose.yml describes it: of what image, with what environment, and how it is asked whether it is well. */
export type ComposeService = z.infer<typeof Service>

/** The servers of docker-compose.yml, its variables replaced by those given or by their defaults. */
export async function readComposeServices(
  variables: Environment,
): Promise<Record<'kafka' | 'clickhouse', ComposeService>> {
  const text = await readFile(rootPath('docker-compose.yml'), 'utf8')
  const replaced = text.replaceAll(
    /\$\{(\w+):-([^}]*)\}/g,
    (_, name: string, value: string) => variables[name] ?? value,
  )
  return File.parse(parse(replaced, { merge: true })).services
}
