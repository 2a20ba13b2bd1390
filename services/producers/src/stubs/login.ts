import type { LoginEvent } from '@caretally/events'

import { choose } from '../random.ts'
import type { Stub } from './stub.ts'

const SOURCES = { web: '/portal/web/login', mobile: '/portal/mobile-app/login' } as const

/** Assumption: fingerprints and faces on the phone, passwords at the desk, a few through an employer. */
const METHODS = {
  web: [
    ['password', 0.9],
    ['sso', 0.1],
  ],
  mobile: [
    ['biometric', 0.55],
    ['password', 0.4],
    ['sso', 0.05],
  ],
} as const

/** A patient logs in to the portal. */
export const loginStub: Stub<LoginEvent['data']['method']> = {
  kind: 'login',
  drawDetail: (channel, random) => choose(random, METHODS[channel]),
  eventOf: ({ id, time, subject, channel, region }, method) => ({
    specversion: '1.0',
    id,
    source: SOURCES[channel],
    type: 'org.caretally.login.v1',
    time,
    subject,
    datacontenttype: 'application/json',
    data: { channel, region, method },
  }),
}
