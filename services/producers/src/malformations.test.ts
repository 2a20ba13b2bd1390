import { decodeEvent, encodeEvent } from '@caretally/events'
import { expect, test } from 'vitest'

import { MALFORMATIONS } from './malformations.ts'

const APPENDED_AT_MS = Date.UTC(2016, 2, 1)

test.each(MALFORMATIONS)('an event of any day is refused as $reason, of 29 February too', (malformation) => {
  for (const time of ['2016-02-28T20:00:00.000Z', '2016-02-29T20:00:00.000Z']) {
    const value = encodeEvent({
      specversion: '1.0',
      id: '019535d9-3df7-79fb-b466-fa907fa17f9e',
      source: '/portal/test',
      type: 'org.caretally.login.v1',
      time,
      subject: '00112233445566778899aabbccddeeff',
      datacontenttype: 'application/json',
      data: { channel: 'web', region: 'CA', method: 'sso' },
    })
    expect(decodeEvent(malformation.spoil(value), APPENDED_AT_MS)).toMatchObject({
      ok: false,
      reason: malformation.reason,
    })
  }
})
