import { isPseudonymKey, parsePseudonymKey } from '@caretally/events'
import { secret, text } from '@caretally/runtime'
import type { z } from 'zod'

import { reconcileEnvironment } from '../reconcile/connect.ts'

const KEY = 'VERSION:KEY, or KEY of version 1, as the portals have it'

/** The environment variables of `forget`. */
export const forgetEnvironment = reconcileEnvironment.extend({
  MEMBER_PSEUDONYM_KEY: secret(text(KEY, isPseudonymKey))
    .optional()
    .describe('the key of members’ pseudonyms; for --member'),
  MEMBER_PSEUDONYM_KEYS_OLD: secret(
    text('the same of other keys, separated by commas', (keys) => splitKeys(keys).every(isPseudonymKey)),
  )
    .optional()
    .describe('the keys that events of the member may be under besides; for --member'),
})

/** The keys that a member's events may be under; none where none is given. */
export function pseudonymKeys(env: z.infer<typeof forgetEnvironment>) {
  const { MEMBER_PSEUDONYM_KEY: current, MEMBER_PSEUDONYM_KEYS_OLD: old } = env
  return [...(current === undefined ? [] : [current]), ...splitKeys(old ?? '')].map(parsePseudonymKey)
}

/** Neither hex nor base64 has a comma. */
function splitKeys(keys: string): string[] {
  return keys === '' ? [] : keys.split(',').map((key) => key.trim())
}
