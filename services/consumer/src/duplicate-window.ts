/** Words of an entry: four of the id, one of the source. */
const ENTRY_WORDS = 5
const WORD_BYTES = 4

/**
 * The accepted events of one partition within the last `offsets` offsets, by source and id: what tells whether an event
 * is a duplicate. Counted in offsets and not in time, its answers are a pure function of the log.
 *
 * Ids are compared in full. Sources are compared by a 32-bit hash: two portals would have to send the same UUID, and
 * collide, for an event to be dropped that is not a duplicate, and `reconcile` would show it.
 *
 * Memory is taken once and does not grow: 20 bytes an offset for the entries and 8 to 16 for the hash table, 28.4 MB in
 * all for a window of 1,000,000.
 */
export class DuplicateWindow {
  readonly offsets: number
  /** The first offset that it has not been told of; undefined until it is told of one. */
  #next: number | undefined
  /** Entry of offset o at slot o modulo `offsets`. The last word is 0 where a slot is empty. */
  readonly #entries: Uint32Array
  /** Open addressing with linear probing: slot + 1 of an entry, or 0. At most half full. */
  readonly #table: Uint32Array
  readonly #mask: number
  /** The id and source that are looked for, so that nothing is allocated for an event. */
  readonly #probe = new Uint32Array(ENTRY_WORDS)

  constructor(offsets: number) {
    this.offsets = offsets
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(2, offsets * 2)))
    this.#entries = new Uint32Array(offsets * ENTRY_WORDS)
    this.#table = new Uint32Array(capacity)
    this.#mask = capacity - 1
  }

  get next(): number | undefined {
    return this.#next
  }

  get bytes(): number {
    return (this.#entries.length + this.#table.length) * WORD_BYTES
  }

  /**
   * The offset of the accepted event with the same source and id, if one lies within the window before `offset`; otherwise
   * the event is accepted, and remembered. Every offset of the partition has to be told in order, by this or by `pass`.
   *
   * @param id UUID in lower case
   */
  admit(offset: number, source: string, id: string): number | undefined {
    const probe = this.#probe
    readUuid(id, probe)
    probe[4] = hashSource(source)
    const found = this.#find(probe)
    this.pass(offset)
    if (found !== undefined) return offset - ageOf(offset, found, this.offsets)
    this.#insert(offset % this.offsets, probe)
    return undefined
  }

  /** Remembers an event that was accepted before, when the window is rebuilt: in order, offsets between may be left out. */
  restore(offset: number, source: string, id: Readonly<UuidWords>): void {
    this.pass(offset)
    this.#probe.set(id)
    this.#probe[4] = hashSource(source)
    this.#insert(offset % this.offsets, this.#probe)
  }

  /** An offset that holds no event to remember: the one that falls out of the window is forgotten. */
  pass(offset: number): void {
    this.#next = offset + 1
    const slot = offset % this.offsets
    if (this.#entries[slot * ENTRY_WORDS + 4] !== 0) this.#remove(slot)
  }

  #find(probe: Uint32Array): number | undefined {
    for (let index = hashOf(probe, 0) & this.#mask; ; index = (index + 1) & this.#mask) {
      const entry = this.#table[index]!
      if (entry === 0) return undefined
      if (this.#equals(entry - 1, probe)) return entry - 1
    }
  }

  #equals(slot: number, probe: Uint32Array): boolean {
    const at = slot * ENTRY_WORDS
    const entries = this.#entries
    return (
      entries[at] === probe[0] &&
      entries[at + 1] === probe[1] &&
      entries[at + 2] === probe[2] &&
      entries[at + 3] === probe[3] &&
      entries[at + 4] === probe[4]
    )
  }

  #insert(slot: number, probe: Uint32Array): void {
    this.#entries.set(probe, slot * ENTRY_WORDS)
    let index = hashOf(probe, 0) & this.#mask
    while (this.#table[index] !== 0) index = (index + 1) & this.#mask
    this.#table[index] = slot + 1
  }

  /** Takes an entry out and closes the gap, so that a probe never has to step over what was deleted. */
  #remove(slot: number): void {
    let gap = this.#homeOf(slot)
    while (this.#table[gap] !== slot + 1) gap = (gap + 1) & this.#mask
    for (let index = (gap + 1) & this.#mask; this.#table[index] !== 0; index = (index + 1) & this.#mask) {
      const home = this.#homeOf(this.#table[index]! - 1)
      const distanceFromHome = (index - home) & this.#mask
      const distanceFromGap = (index - gap) & this.#mask
      if (distanceFromHome < distanceFromGap) continue
      this.#table[gap] = this.#table[index]!
      gap = index
    }
    this.#table[gap] = 0
    this.#entries[slot * ENTRY_WORDS + 4] = 0
  }

  #homeOf(slot: number): number {
    return hashOf(this.#entries, slot * ENTRY_WORDS) & this.#mask
  }
}

/** How many offsets ago the entry in `slot` was accepted: 1 to the size of the window. */
function ageOf(offset: number, slot: number, offsets: number): number {
  const age = ((offset % offsets) - slot + offsets) % offsets
  return age === 0 ? offsets : age
}

/** Mixes an entry's words; the finalizer is that of MurmurHash3. */
function hashOf(words: Uint32Array, at: number): number {
  let h = words[at + 4]!
  for (let word = 0; word < 4; word++) h = Math.imul(h ^ words[at + word]!, 0x9e37_79b1) ^ (h >>> 15)
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** FNV-1a of the UTF-16 code units; never 0, which marks an empty slot. */
function hashSource(source: string): number {
  let h = 0x811c_9dc5
  for (let index = 0; index < source.length; index++) h = Math.imul(h ^ source.charCodeAt(index), 0x0100_0193)
  return h >>> 0 || 1
}

/** The 128 bits of a UUID, from the left. */
export type UuidWords = [number, number, number, number]

const DASH = 0x2d

/** The 128 bits of a UUID in lower case, as four words. */
function readUuid(id: string, words: Uint32Array): void {
  let word = 0
  let digits = 0
  for (let index = 0; index < id.length; index++) {
    const code = id.charCodeAt(index)
    if (code === DASH) continue
    word = (word << 4) | (code < 0x3a ? code - 0x30 : code - 0x57)
    digits += 1
    if ((digits & 7) === 0) words[(digits >> 3) - 1] = word
  }
}
