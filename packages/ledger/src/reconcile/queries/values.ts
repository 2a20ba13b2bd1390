import { z } from 'zod'

/** What a query may take of the server's memory; it fails when it needs more. */
export const memoryBound = z.object({ memory_bytes_max: z.int().positive() })
export const WITHIN_MEMORY = 'SETTINGS max_memory_usage = {memory_bytes_max:UInt64}'
