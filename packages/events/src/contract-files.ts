import { readFileSync } from 'node:fs'

import { renderAsyncApi } from './asyncapi.ts'
import { renderSchemaFiles } from './json-schema.ts'
import { parseTopicSettings } from './topic-settings.ts'

/** Where the files are kept: `packages/events/schema/`, seen from `src` and from `dist` alike. */
export const SCHEMA_DIRECTORY = new URL('../schema/', import.meta.url)

const TOPICS_FILE = new URL('../../../infra/kafka/topics.json', import.meta.url)

/** The files for portal engineers, by name: the JSON Schemas, and the AsyncAPI document of the topic. */
export function renderContractFiles(): Map<string, string> {
  const settings = parseTopicSettings(readFileSync(TOPICS_FILE, 'utf8'))
  return new Map([...renderSchemaFiles(), ['asyncapi.json', renderAsyncApi(settings)]])
}
