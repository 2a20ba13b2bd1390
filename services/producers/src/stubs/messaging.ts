import type { MessageEvent } from '@caretally/events'

import { choose } from '../random.ts'
import type { Stub } from './stub.ts'

const SOURCES = { web: '/portal/web/messages', mobile: '/portal/mobile-app/messages' } as const

/** Assumption: patients begin more conversations than providers answer in writing. */
const DIRECTIONS = [
  ['to_provider', 0.55],
  ['to_patient', 0.45],
] as const

/** A patient and a provider exchange a secure message. */
export const messagingStub: Stub<MessageEvent['data']['direction']> = {
  kind: 'message',
  drawDetail: (_channel, random) => choose(random, DIRECTIONS),
  eventOf: ({ id, time, subject, channel, region }, direction) => ({
    specversion: '1.0',
    id,
    source: SOURCES[channel],
    type: 'org.caretally.message.v1',
    time,
    subject,
    datacontenttype: 'application/json',
    data: { channel, region, direction },
  }),
}
