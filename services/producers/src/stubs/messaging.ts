import { choose } from '../random.ts'
import type { Stub } from './stub.ts'

const SOURCES = { web: '/portal/web/messages', mobile: '/portal/mobile-app/messages' } as const

/** Assumption: patients begin more conversations than providers answer in writing. */
const DIRECTIONS = [
  ['to_provider', 0.55],
  ['to_patient', 0.45],
] as const

/** A patient and a provider exchange a secure message. */
export const messagingStub: Stub = {
  kind: 'message',
  emit: ({ id, time, subject, channel, region }, random) => ({
    specversion: '1.0',
    id,
    source: SOURCES[channel],
    type: 'org.caretally.message.v1',
    time,
    subject,
    datacontenttype: 'application/json',
    data: { channel, region, direction: choose(random, DIRECTIONS) },
  }),
}
