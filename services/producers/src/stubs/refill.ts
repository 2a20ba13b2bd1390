import type { Stub } from './stub.ts'

const SOURCES = { web: '/portal/web/refills', mobile: '/portal/mobile-app/refills' } as const

/** A patient asks for refills of prescriptions; how many at a time, the scenario says. */
export const refillStub: Stub<number> = {
  kind: 'refill',
  drawDetail: (_channel, random, scenario) => scenario.drawPrescriptions(random),
  eventOf: ({ id, time, subject, channel, region }, prescriptions) => ({
    specversion: '1.0',
    id,
    source: SOURCES[channel],
    type: 'org.caretally.refill.v1',
    time,
    subject,
    datacontenttype: 'application/json',
    data: { channel, region, prescriptions },
  }),
}
