import { readFile } from 'node:fs/promises'

import { z } from 'zod'

/** Of the consumer's log, what it writes when it has the first records of a partition, and knows where to begin with them. */
const partitionLoaded = z.object({ event: z.literal('partition_loaded'), time: z.coerce.date() })

/**
 * When the consumer began to work on records, as its log tells; undefined when it never did. Neither its start nor the join of
 * its group counts for its rate therefore, and all of its work does: workers that are busy side by side make their first ranges
 * at the same time, so a rate from the first range on would be too high by all but one of them.
 */
export async function workStart_ms(logFile: string): Promise<number | undefined> {
  const lines = (await readFile(logFile, 'utf8')).split('\n')
  const loaded = lines.flatMap((line) => {
    const parsed = partitionLoaded.safeParse(readJson(line))
    return parsed.success ? [parsed.data.time.getTime()] : []
  })
  return loaded.length === 0 ? undefined : Math.min(...loaded)
}

/** The last line may be half written, and what Node itself says is none. */
function readJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
