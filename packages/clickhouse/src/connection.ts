import { anyText, certificateFile, needing, secret, text } from '@caretally/runtime'
import { z } from 'zod'

/** Where ClickHouse is and who we are there. */
export interface ClickHouseConnection {
  /** `http://host:port` or `https://host:port` and nothing else: the client would take settings from its query. */
  url: string
  username: string
  password: string
  database: string
  /** For https: TLS that trusts these authorities (PEM); without it, those that come with Node. */
  tls?: { ca: string }
  /** Named in the server's query log. */
  application?: string
}

const DATABASE_NAME = /^[a-z][a-z0-9_]{0,62}$/

/** The environment variables of ClickHouse, to be spread into a program's own schema for `readConfig`. */
export const clickhouseEnvironment = {
  CLICKHOUSE_URL: text(
    'an address such as http://host:8123 or https://host:8443, without user, path or parameters',
    isOrigin,
  ).describe('where ClickHouse answers HTTP'),
  CLICKHOUSE_TLS_CA_FILE: needing(certificateFile(), { variable: 'CLICKHOUSE_URL', prefix: 'https://' })
    .optional()
    .describe('the authorities whose certificates are trusted; those that come with Node without it'),
  CLICKHOUSE_USER: anyText('a name').default('caretally').describe('who this program is to ClickHouse'),
  CLICKHOUSE_PASSWORD: secret(anyText('a password')).describe('its password'),
  CLICKHOUSE_DATABASE: text('a lower-case name of at most 63 letters, digits and underscores', (name) =>
    DATABASE_NAME.test(name),
  )
    .default('caretally')
    .describe('the database of the tables'),
}

const environmentSchema = z.object(clickhouseEnvironment)

export function connectionFrom(env: z.infer<typeof environmentSchema>): ClickHouseConnection {
  const { CLICKHOUSE_TLS_CA_FILE: ca } = env
  return {
    url: env.CLICKHOUSE_URL,
    username: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    database: env.CLICKHOUSE_DATABASE,
    ...(ca !== undefined && { tls: { ca } }),
  }
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
}
