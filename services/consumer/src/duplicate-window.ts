/** Words of an entry: four of the id, one of the source. */
const ENTRY_WORDS = 5
const WORD_BYTES = 4

/** An entry of the hash table: the slot, counted from 1, and above it some bits of the hash. */
const SLOT_BITS = 24
const SLOT_MASK = 2 ** SLOT_BITS - 1
/** How many offsets a window can hold. */
export const WINDOW_OFFSETS_MAX = 10_000_000
/** Portals have few sources; whoever sends more makes us hash them anew. */
const SOURCES_REMEMBERED_MAX = 1_000

/** The 128 bits of a UUID, from the left. */
export type UuidWords = ArrayLike<number>

/**
 * The accepted events of one partition within the last `offsets` offsets, by source and id: what tells whether an event
 * is a duplicate. Counted in offsets and not in time, its answers are a pure function of the log.
 *
 * Ids are compared in full. Sources are compared by a 32-bit hash: two portals would have to send the same UUID, and
 * collide, for an event to be dropped that is not a duplicate, and `reconcile` would show it.
 *
 * An event that falls out of the window leaves its slot to another one, and the hash table of its span is emptied as a
 * whole, one span of `offsets` offsets later. Taking each event out of a table cost more than all the rest: three looks at
 * memory that is in no cache.
 *
 * Memory is taken once and does not grow: 20 bytes an offset for the entries and 16 to 32 for the hash tables, 36.8 MB in
 * all for a window of 1,000,000. A look at another event's entry is a cache miss, so the tables keep eight bits of each
 * hash, which tell nearly all of them apart.
 */
export class DuplicateWindow {
  readonly offsets: number
  /** The first offset that it has not been told of; undefined until it is told of one. */
  #next: number | undefined
  /** The slot of `#next`. */
  #nextSlot = 0
  /** Entry of offset o at slot o modulo `offsets`. The last word is 0 where a slot is empty. */
  readonly #entries: Uint32Array
  /** Of the offsets of this span and of the one before: open addressing with linear probing, at most half full. */
  #table: Uint32Array
  #tableBefore: Uint32Array
  readonly #mask: number
  /** Where the next span begins. */
  #spanEnd = 0
  readonly #sourceHashes = new Map<string, number>()

  constructor(offsets: number) {
    this.offsets = offsets
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(2, offsets * 2)))
    this.#entries = new Uint32Array(offsets * ENTRY_WORDS)
    this.#table = new Uint32Array(capacity)
    this.#tableBefore = new Uint32Array(capacity)
    this.#mask = capacity - 1
    // Written once, so that the system gives the memory now and not little by little while the window fills.
    for (const memory of [this.#entries, this.#table, this.#tableBefore]) memory.fill(0)
  }

  get next(): number | undefined {
    return this.#next
  }

  get bytes(): number {
    return (this.#entries.length + this.#table.length + this.#tableBefore.length) * WORD_BYTES
  }

  /**
   * The offset of the accepted event with the same source and id, if one lies within the window before `offset`; otherwise
   * the event is accepted, and remembered. Every offset of the partition has to be told in order, by this or by `pass`.
   */
  admit(offset: number, source: string, id: UuidWords): number | undefined {
    const sourceHash = this.#hashOfSource(source)
    const slot = this.#enter(offset)
    const hash = hashOf(id, sourceHash)
    const place = this.#find(this.#table, hash, id, sourceHash)
    const held = place < 0 ? place : this.#find(this.#tableBefore, hash, id, sourceHash)
    if (held < 0) {
      const first = offset - ageOf(slot, ~held, this.offsets)
      this.#vacate(slot)
      return first
    }
    this.#put(slot, id, sourceHash, place, hash)
    return undefined
  }

  /** Remembers an event that was accepted before, when the window is rebuilt: in order, offsets between may be left out. */
  restore(offset: number, source: string, id: UuidWords): void {
    const sourceHash = this.#hashOfSource(source)
    const slot = this.#enter(offset)
    const hash = hashOf(id, sourceHash)
    let place = hash & this.#mask
    while (this.#table[place] !== 0) place = (place + 1) & this.#mask
    this.#put(slot, id, sourceHash, place, hash)
  }

  /** An offset that holds no event to remember: the one that falls out of the window is forgotten. */
  pass(offset: number): void {
    this.#vacate(this.#enter(offset))
  }

  /** The slot of an offset, which is now the last one told. */
  #enter(offset: number): number {
    const slot = offset === this.#next ? this.#nextSlot : offset % this.offsets
    this.#next = offset + 1
    this.#nextSlot = slot + 1 === this.offsets ? 0 : slot + 1
    if (offset >= this.#spanEnd) this.#beginSpan(offset)
    return slot
  }

  /** What the table before this one knew has fallen out of the window by now, or does so before the span ends. */
  #beginSpan(offset: number): void {
    const emptied = this.#tableBefore.fill(0)
    this.#tableBefore = this.#table
    this.#table = emptied
    this.#spanEnd = offset + this.offsets
  }

  /** The slot of the entry with that id and source, as `~slot`, or the index in the table where it would have its place. */
  #find(table: Uint32Array, hash: number, id: UuidWords, sourceHash: number): number {
    let index = hash & this.#mask
    for (let cell = table[index]!; cell !== 0; cell = table[index]!) {
      if ((cell ^ hash) >>> SLOT_BITS === 0) {
        const slot = (cell & SLOT_MASK) - 1
        if (this.#holds(slot, id, sourceHash)) return ~slot
      }
      index = (index + 1) & this.#mask
    }
    return index
  }

  #holds(slot: number, id: UuidWords, sourceHash: number): boolean {
    const at = slot * ENTRY_WORDS
    const entries = this.#entries
    return (
      entries[at] === id[0] &&
      entries[at + 1] === id[1] &&
      entries[at + 2] === id[2] &&
      entries[at + 3] === id[3] &&
      entries[at + 4] === sourceHash
    )
  }

  #put(slot: number, id: UuidWords, sourceHash: number, index: number, hash: number): void {
    const at = slot * ENTRY_WORDS
    const entries = this.#entries
    entries[at] = id[0]!
    entries[at + 1] = id[1]!
    entries[at + 2] = id[2]!
    entries[at + 3] = id[3]!
    entries[at + 4] = sourceHash
    this.#table[index] = (hash & ~SLOT_MASK) | (slot + 1)
  }

  #vacate(slot: number): void {
    this.#entries[slot * ENTRY_WORDS + 4] = 0
  }

  #hashOfSource(source: string): number {
    const known = this.#sourceHashes.get(source)
    if (known !== undefined) return known
    if (this.#sourceHashes.size === SOURCES_REMEMBERED_MAX) this.#sourceHashes.clear()
    const hash = hashSource(source)
    this.#sourceHashes.set(source, hash)
    return hash
  }
}

/** How many offsets ago the entry in `slot` was accepted, seen from the offset in `present`: 1 to the size of the window. */
function ageOf(present: number, slot: number, offsets: number): number {
  return present > slot ? present - slot : present - slot + offsets
}

/** Mixes the words of an id and of a source; the finalizer is that of MurmurHash3. */
function hashOf(id: UuidWords, sourceHash: number): number {
  let h = sourceHash | 0
  h = Math.imul(h ^ id[0]!, 0x9e37_79b1) ^ (h >>> 15)
  h = Math.imul(h ^ id[1]!, 0x9e37_79b1) ^ (h >>> 15)
  h = Math.imul(h ^ id[2]!, 0x9e37_79b1) ^ (h >>> 15)
  h = Math.imul(h ^ id[3]!, 0x9e37_79b1) ^ (h >>> 15)
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return h ^ (h >>> 16)
}

/** FNV-1a of the UTF-16 code units; never 0, which marks an empty slot. */
function hashSource(source: string): number {
  let h = 0x811c_9dc5
  for (let index = 0; index < source.length; index++) h = Math.imul(h ^ source.charCodeAt(index), 0x0100_0193)
  return h >>> 0 || 1
}
