import type { ClickHouseClient } from '@caretally/clickhouse'
import type { Clock } from '@caretally/runtime'
import type { z } from 'zod'

import type { KafkaWatch } from './kafka-watch.ts'
import { type Problem, readParameters } from './parameters.ts'
import type { RateMeter } from './rate-meter.ts'

/** What the answers come from. */
export interface Source {
  client: ClickHouseClient
  /** In which the database counts its days. */
  timeZone: string
  grace_ms: number | undefined
  clock: Pick<Clock, 'now'>
  kafka: KafkaWatch | undefined
  measureRate: RateMeter
}

/** One question that the API answers: what is checked, what is documented and what is done are one thing. */
interface Question<Parameters extends z.ZodObject, Answer extends z.ZodType> {
  path: `/api/${string}`
  summary: string
  /** Strict: a parameter that it does not name is refused. */
  parameters: Parameters
  answer: Answer
  /** @throws {CaretallyError} for what is wrong with the values, and when a server fails */
  read: (parameters: z.infer<Parameters>, source: Source) => Promise<z.infer<Answer>>
  /** Where the parameter `format` may be csv. */
  renderCsv?: (answer: z.infer<Answer>, parameters: z.infer<Parameters>) => string
}

export type Reply = { problems: Problem[] } | { json: unknown } | { csv: string }

export interface Endpoint extends Pick<Question<z.ZodObject, z.ZodType>, 'path' | 'summary' | 'parameters' | 'answer'> {
  hasCsv: boolean
  /** Checks the parameters and answers, or says all that is wrong with them. */
  respond: (query: unknown, source: Source) => Promise<Reply>
}

export function defineEndpoint<Parameters extends z.ZodObject, Answer extends z.ZodType>(
  question: Question<Parameters, Answer>,
): Endpoint {
  const { path, summary, parameters: schema, answer, read, renderCsv } = question
  return {
    path,
    summary,
    parameters: schema,
    answer,
    hasCsv: renderCsv !== undefined,
    async respond(query, source) {
      const checked = readParameters(schema, query)
      if ('problems' in checked) return checked
      const { parameters } = checked
      const json = await read(parameters, source)
      const { format }: { format?: unknown } = parameters
      return renderCsv !== undefined && format === 'csv' ? { csv: renderCsv(json, parameters) } : { json }
    },
  }
}
