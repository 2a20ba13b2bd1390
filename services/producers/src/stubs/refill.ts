import type { Stub } from './stub.ts'

const SOURCES = { web: '/portal/web/refills', mobile: '/portal/mobile-app/refills' } as const

/** A patient asks for refills of prescriptions; how many at a time, the scenario says. */
export const refillStub: Stub = {
  kind: 'refill',
  emit: ({ id, time, subject, channel, region }, random, scenario) => ({
    specversion: '1.0',
    id,
    source: SOURCES[channel],
    type: 'org.caretally.refill.v1',
    time,
    subject,
    datacontenttype: 'application/json',
    data: { channel, region, prescriptions: scenario.drawPrescriptions(random) },
  }),
}
