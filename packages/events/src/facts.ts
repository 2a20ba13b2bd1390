import type { Interaction } from './interaction.ts'
import { CHANNELS, DETAILS, KINDS, REGIONS } from './kinds.ts'

/** 128 bits as four 32-bit words, the leftmost first. */
export type Words = Uint32Array

const WORDS = 4

/**
 * An {@link Interaction} in the form in which it is compared and stored: the id and the subject as bits, and an index for what
 * is one of few. One object takes up one event after the other, so that an event leaves no garbage behind.
 */
export class Facts {
  readonly id: Words = new Uint32Array(WORDS)
  source = ''
  time_ms = 0
  /** In KINDS. */
  kind = 0
  readonly subject: Words = new Uint32Array(WORDS)
  /** In CHANNELS. */
  channel = 0
  /** In REGIONS. */
  region = 0
  /** In DETAILS. */
  detail = 0
  quantity = 0

  /** Takes up an interaction. */
  take(interaction: Interaction): void {
    readHex(interaction.id, this.id)
    readHex(interaction.subject, this.subject)
    this.source = interaction.source
    this.time_ms = interaction.time_ms
    this.kind = KINDS.indexOf(interaction.kind)
    this.channel = CHANNELS.indexOf(interaction.channel)
    this.region = REGIONS.indexOf(interaction.region)
    this.detail = DETAILS.indexOf(interaction.detail)
    this.quantity = interaction.quantity
  }
}

const HEX_DIGITS_PER_WORD = 8

/** The bits of a text of 32 hex digits, between which dashes may stand. */
function readHex(text: string, words: Words): void {
  const digits = text.replaceAll('-', '')
  for (let word = 0; word < WORDS; word++) {
    words[word] = Number.parseInt(digits.slice(word * HEX_DIGITS_PER_WORD, (word + 1) * HEX_DIGITS_PER_WORD), 16)
  }
}
