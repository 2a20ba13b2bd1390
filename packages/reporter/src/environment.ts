import { databaseEnvironment } from '@caretally/clickhouse'
import { z } from 'zod'

/** The environment variables of `report`. */
export const reportEnvironment = z.object(databaseEnvironment)
