import type { Stub } from './stub.ts'

const SOURCES = { web: '/portal/web/lab-results', mobile: '/portal/mobile-app/lab-results' } as const

/** A patient looks at lab results; how many at a time, the scenario says. */
export const labViewStub: Stub<number> = {
  kind: 'lab_view',
  drawDetail: (_channel, random, scenario) => scenario.drawResults(random),
  eventOf: ({ id, time, subject, channel, region }, results) => ({
    specversion: '1.0',
    id,
    source: SOURCES[channel],
    type: 'org.caretally.lab_view.v1',
    time,
    subject,
    datacontenttype: 'application/json',
    data: { channel, region, results },
  }),
}
