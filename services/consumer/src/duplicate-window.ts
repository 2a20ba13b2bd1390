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
 * Memory is taken once and does not grow: 20 bytes an offset for the entries and 8 to 16 for the hash table, 28.4 MB in
 * all for a window of 1,000,000. A look at another event's entry is a cache miss, so the table keeps eight bits of each
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
  /** Open addressing with linear probing; 0 where it is empty. At most half full. */
  readonly #table: Uint32Array
  readonly #mask: number
  readonly #sourceHashes = new Map<string, number>()

  constructor(offsets: number) {
    this.offsets = offsets
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(2, offsets * 2)))
    this.#entries = new Uint32Array(offsets * ENTRY_WORDS)
    this.#table = new Uint32Array(capacity)
    this.#mask = capacity - 1
    // Written once, so that the system gives the memory now and not little by little while the window fills.
    this.#entries.fill(0)
    this.#table.fill(0)
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
   */
  admit(offset: number, source: string, id: UuidWords): number | undefined {
    const sourceHash = this.#hashOfSource(source)
    const slot = this.#enter(offset)
    const hash = hashOf(id[0]!, id[1]!, id[2]!, id[3]!, sourceHash)
    const table = this.#table
    let index = hash & this.#mask
    for (let entry = table[index]!; entry !== 0; entry = table[index]!) {
      if ((entry ^ hash) >>> SLOT_BITS === 0 && this.#holds((entry & SLOT_MASK) - 1, id, sourceHash)) {
        const first = offset - ageOf(slot, (entry & SLOT_MASK) - 1, this.offsets)
        this.#vacate(slot)
        return first
      }
      index = (index + 1) & this.#mask
    }
    if (this.#vacate(slot)) this.#insert(slot, id, sourceHash)
    else this.#put(slot, id, sourceHash, index, hash)
    return undefined
  }

  /** Remembers an event that was accepted before, when the window is rebuilt: in order, offsets between may be left out. */
  restore(offset: number, source: string, id: UuidWords): void {
    const slot = this.#enter(offset)
    this.#vacate(slot)
    this.#insert(slot, id, this.#hashOfSource(source))
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
    return slot
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

  #insert(slot: number, id: UuidWords, sourceHash: number): void {
    const hash = hashOf(id[0]!, id[1]!, id[2]!, id[3]!, sourceHash)
    let index = hash & this.#mask
    while (this.#table[index] !== 0) index = (index + 1) & this.#mask
    this.#put(slot, id, sourceHash, index, hash)
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

  /** Forgets what a slot holds; false when that was nothing. Closes the gap in the table, over which no search may step. */
  #vacate(slot: number): boolean {
    if (this.#entries[slot * ENTRY_WORDS + 4] === 0) return false
    const table = this.#table
    let gap = this.#homeOf(slot)
    while ((table[gap]! & SLOT_MASK) !== slot + 1) gap = (gap + 1) & this.#mask
    for (let index = (gap + 1) & this.#mask; table[index] !== 0; index = (index + 1) & this.#mask) {
      const home = this.#homeOf((table[index]! & SLOT_MASK) - 1)
      const distanceFromHome = (index - home) & this.#mask
      const distanceFromGap = (index - gap) & this.#mask
      if (distanceFromHome < distanceFromGap) continue
      table[gap] = table[index]!
      gap = index
    }
    table[gap] = 0
    this.#entries[slot * ENTRY_WORDS + 4] = 0
    return true
  }

  #homeOf(slot: number): number {
    const at = slot * ENTRY_WORDS
    const entries = this.#entries
    return hashOf(entries[at]!, entries[at + 1]!, entries[at + 2]!, entries[at + 3]!, entries[at + 4]!) & this.#mask
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
function hashOf(first: number, second: number, third: number, fourth: number, sourceHash: number): number {
  let h = sourceHash | 0
  h = Math.imul(h ^ first, 0x9e37_79b1) ^ (h >>> 15)
  h = Math.imul(h ^ second, 0x9e37_79b1) ^ (h >>> 15)
  h = Math.imul(h ^ third, 0x9e37_79b1) ^ (h >>> 15)
  h = Math.imul(h ^ fourth, 0x9e37_79b1) ^ (h >>> 15)
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
