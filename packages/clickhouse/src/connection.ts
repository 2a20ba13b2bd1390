import { z } from 'zod'

/** Where ClickHouse is and who we are there. */
export interface ClickHouseConnection {
  /** `http://host:port` or `https://host:port` and nothing else: the client would take settings from its query. */
  url: string
  username: string
  password: string
  database: string
  /** Named in the server's query log. */
  application?: string
}

/** The environment variables of ClickHouse, to be spread into a program's own schema for `readConfig`. */
export const clickhouseEnvironment = {
  CLICKHOUSE_URL: z.string().refine(isOrigin, 'must look like http://host:8123, without user, path or parameters'),
  CLICKHOUSE_USER: z.string().default('caretally'),
  CLICKHOUSE_PASSWORD: z.string(),
  CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a lower-case name of at most 63 letters, digits and underscores')
    .default('caretally'),
}

const environmentSchema = z.object(clickhouseEnvironment)

export function connectionFrom(env: z.infer<typeof environmentSchema>): ClickHouseConnection {
  return {
    url: env.CLICKHOUSE_URL,
    username: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    database: env.CLICKHOUSE_DATABASE,
  }
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
}
