import { z } from 'zod'

/** The topic of the interactions' events, as `infra/kafka/topics.json` names it. */
export const TOPIC = 'portal.interactions'

const layout = z.object({ partitions: z.int(), replicationFactor: z.int(), minInsyncReplicas: z.int() })
const settings = z.object({ retentionDays: z.int(), single: layout, cluster: layout })
const topicsFile = z.object({ [TOPIC]: settings })

/** What the topic is made with: `single` on one broker, `cluster` on three or more. */
export type TopicSettings = z.infer<typeof settings>

/** The settings in the text of `infra/kafka/topics.json`. */
export function parseTopicSettings(text: string): TopicSettings {
  return topicsFile.parse(JSON.parse(text))[TOPIC]
}
