import { randomUUID } from 'node:crypto'

import { encodeEvent, type LoginEvent } from '@caretally/events'

/** A login of the member, valid and like no other one. */
export function loginOf(subject: string): LoginEvent {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: '/portal/test',
    type: 'org.caretally.login.v1',
    time: '2016-03-01T12:00:00.000Z',
    subject,
    datacontenttype: 'application/json',
    data: { channel: 'web', region: 'CA', method: 'password' },
  }
}

/** A record to be published: the login of a member whom nobody else has. */
export function someLogin() {
  const subject = randomUUID().replaceAll('-', '')
  return { key: subject, value: encodeEvent(loginOf(subject)) }
}
