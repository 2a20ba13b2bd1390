/**
 * Why a record's value is no event. Codes are stable: they are stored with dead letters, and alert rules name them.
 *
 * A value that is wrong in several ways has the first of its reasons in this order.
 */
export const REASONS = {
  tombstone: 'The record has no value, or an empty one.',
  too_large: 'The value is larger than an event may be.',
  invalid_utf8: 'The value is not UTF-8.',
  too_deep: 'Its brackets are nested deeper than those of any event.',
  invalid_json: 'The value is not one JSON text; a byte-order mark in front counts as such an error.',
  not_cloudevent:
    'The JSON is no CloudEvents 1.0 object: specversion is not "1.0", or specversion, id, source or type is missing.',
  unknown_type: 'The type is none that this version knows.',
  unknown_field: 'The event, or its data, has a field that the contract does not name.',
  invalid_field: 'A field is missing, or its value is not what the contract allows.',
  time_out_of_range:
    'The time is before the year 2000, or more than 24 hours ahead of the moment the log took the event.',
} as const

export type Reason = keyof typeof REASONS
