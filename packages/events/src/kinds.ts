/** What a patient did: one kind for each of the five event types. */
export const KINDS = ['login', 'telehealth', 'message', 'refill', 'lab_view'] as const
export type Kind = (typeof KINDS)[number]

/** Where the patient did it. */
export const CHANNELS = ['web', 'mobile'] as const
export type Channel = (typeof CHANNELS)[number]

/** The postal codes of the 50 states and the District of Columbia, in alphabetical order. */
// prettier-ignore
export const REGIONS = [
  'AK', 'AL', 'AR', 'AZ', 'CA', 'CO', 'CT', 'DC', 'DE', 'FL', 'GA', 'HI', 'IA', 'ID', 'IL', 'IN', 'KS',
  'KY', 'LA', 'MA', 'MD', 'ME', 'MI', 'MN', 'MO', 'MS', 'MT', 'NC', 'ND', 'NE', 'NH', 'NJ', 'NM', 'NV',
  'NY', 'OH', 'OK', 'OR', 'PA', 'RI', 'SC', 'SD', 'TN', 'TX', 'UT', 'VA', 'VT', 'WA', 'WI', 'WV', 'WY',
] as const
export type Region = (typeof REGIONS)[number]

export const LOGIN_METHODS = ['password', 'biometric', 'sso'] as const
export const TELEHEALTH_MODALITIES = ['video', 'phone', 'chat'] as const
export const MESSAGE_DIRECTIONS = ['to_provider', 'to_patient'] as const
/** What a kind may be split by; the kinds that are not split have the first. */
export const DETAILS = ['', ...LOGIN_METHODS, ...TELEHEALTH_MODALITIES, ...MESSAGE_DIRECTIONS] as const
export type Detail = (typeof DETAILS)[number]
export const PRESCRIPTIONS_MAX = 20
export const RESULTS_MAX = 50

/** The CloudEvents `type` of a kind, in a version of its schema. */
export type EventType<K extends Kind = Kind, Version extends number = 1> = `org.caretally.${K}.v${Version}`

export function eventTypeOf<K extends Kind>(kind: K): EventType<K>
export function eventTypeOf<K extends Kind, Version extends number>(kind: K, version: Version): EventType<K, Version>
export function eventTypeOf(kind: Kind, version = 1): string {
  return `org.caretally.${kind}.v${version}`
}
