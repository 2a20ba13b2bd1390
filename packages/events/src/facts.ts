import type { Interaction } from './interaction.ts'
import type { Channel, Kind, Region } from './kinds.ts'

/** 128 bits as four 32-bit words, the leftmost first. */
export type Words = Uint32Array

const WORDS = 4

/**
 * An {@link Interaction} in the form in which it is compared and stored: the id and the subject as bits. One object takes
 * up one event after the other, so that an event leaves no garbage behind.
 */
export class Facts {
  readonly id: Words = new Uint32Array(WORDS)
  source = ''
  time_ms = 0
  kind: Kind = 'login'
  readonly subject: Words = new Uint32Array(WORDS)
  channel: Channel = 'web'
  region: Region = 'AK'
  detail = ''
  quantity = 0

  /** Takes up an interaction. */
  take(interaction: Interaction): void {
    readHex(interaction.id, this.id)
    readHex(interaction.subject, this.subject)
    this.source = interaction.source
    this.time_ms = interaction.time_ms
    this.kind = interaction.kind
    this.channel = interaction.channel
    this.region = interaction.region
    this.detail = interaction.detail
    this.quantity = interaction.quantity
  }
}

const HEX_DIGITS_PER_WORD = 8

/** The bits of a text of 32 hex digits, between which dashes may stand. */
export function readHex(text: string, words: Words): void {
  const digits = text.replaceAll('-', '')
  for (let word = 0; word < WORDS; word++) {
    words[word] = Number.parseInt(digits.slice(word * HEX_DIGITS_PER_WORD, (word + 1) * HEX_DIGITS_PER_WORD), 16)
  }
}
