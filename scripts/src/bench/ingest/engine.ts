import { openClickHouse, toClickHouseError } from '@caretally/clickhouse'

import type { Contender } from './contender.ts'
import { createEngine, DROP_ENGINE, ENGINE_VARIANTS, type EngineVariantName } from './engine-sql.ts'

/** ClickHouse's Kafka table engine, which reads the topic inside the server. */
export function engineOf(variant: EngineVariantName): Contender {
  return {
    name: 'engine',
    async start({ clickhouse, ...source }) {
      const client = openClickHouse(clickhouse)
      const run = async (statements: readonly string[]) => {
        try {
          for (const query of statements) await client.command({ query })
        } catch (error) {
          throw toClickHouseError(error, 'run its Kafka engine')
        }
      }
      await run(createEngine(ENGINE_VARIANTS[variant], source))
      return {
        failed: new Promise<never>(() => undefined), // it ends with the server, which is watched
        async [Symbol.asyncDispose]() {
          await run(DROP_ENGINE).catch(() => undefined) // the server has ended, which is told; or its database goes next
          await client.close()
        },
      }
    },
  }
}
