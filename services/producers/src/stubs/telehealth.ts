import type { TelehealthEvent } from '@caretally/events'

import { choose } from '../random.ts'
import type { Stub } from './stub.ts'

const SOURCES = { web: '/portal/web/telehealth', mobile: '/portal/mobile-app/telehealth' } as const

/** Assumption: in 2016 most visits at a distance were phone calls. */
const MODALITIES = [
  ['phone', 0.6],
  ['video', 0.25],
  ['chat', 0.15],
] as const

/** A patient sees a provider at a distance. */
export const telehealthStub: Stub<TelehealthEvent['data']['modality']> = {
  kind: 'telehealth',
  drawDetail: (_channel, random) => choose(random, MODALITIES),
  eventOf: ({ id, time, subject, channel, region }, modality) => ({
    specversion: '1.0',
    id,
    source: SOURCES[channel],
    type: 'org.caretally.telehealth.v1',
    time,
    subject,
    datacontenttype: 'application/json',
    data: { channel, region, modality },
  }),
}
