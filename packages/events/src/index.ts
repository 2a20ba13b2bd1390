export { Contract, type EventDefinition, type KnownEvent } from './contract.ts'
export { DEPTH_MAX, decodeEvent, type Decoded, EVENT_BYTES_MAX, type Refused } from './decode.ts'
export { encodeEvent } from './encode.ts'
export { EventReader } from './event-reader.ts'
export { createEventTemplate, type EventTemplate, ID_BYTES, SUBJECT_BYTES, TIME_BYTES } from './event-template.ts'
export { SOURCE_LENGTH_MAX } from './event-schema.ts'
export { Facts, type Words } from './facts.ts'
export { type Interaction, toInteraction } from './interaction.ts'
export {
  type Channel,
  CHANNELS,
  DETAILS,
  type EventType,
  eventTypeOf,
  type Kind,
  KINDS,
  LOGIN_METHODS,
  MESSAGE_DIRECTIONS,
  PRESCRIPTIONS_MAX,
  type Region,
  REGIONS,
  RESULTS_MAX,
  TELEHEALTH_MODALITIES,
} from './kinds.ts'
export {
  createPseudonymizer,
  isPseudonymKey,
  parsePseudonymKey,
  PSEUDONYM_KEY_BYTES_MIN,
  PSEUDONYM_KEY_VERSION_MAX,
  type PseudonymKey,
  versionDigits,
} from './pseudonym.ts'
export { type Reason, REASONS } from './reasons.ts'
export {
  CONTRACT,
  type InteractionEvent,
  InteractionEventSchema,
  type LabViewEvent,
  LabViewEventSchema,
  type LoginEvent,
  LoginEventSchema,
  type MessageEvent,
  MessageEventSchema,
  type RefillEvent,
  RefillEventSchema,
  type TelehealthEvent,
  TelehealthEventSchema,
} from './schema.ts'
export { parseTime, TIME_AHEAD_MS_MAX, TIME_MS_MIN, TIME_PATTERN } from './time.ts'
export { parseTopicSettings } from './topic-settings.ts'
