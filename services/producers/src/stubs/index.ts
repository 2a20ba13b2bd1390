import type { Kind } from '@caretally/events'

import { labViewStub } from './lab-view.ts'
import { loginStub } from './login.ts'
import { messagingStub } from './messaging.ts'
import { refillStub } from './refill.ts'
import type { Stub } from './stub.ts'
import { telehealthStub } from './telehealth.ts'

export const STUBS: Readonly<Record<Kind, Stub>> = {
  login: loginStub,
  telehealth: telehealthStub,
  message: messagingStub,
  refill: refillStub,
  lab_view: labViewStub,
}
