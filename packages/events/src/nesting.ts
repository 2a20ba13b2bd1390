/** ASCII codes; in UTF-8 no byte of a longer character can be mistaken for one of them. */
const QUOTE = 0x22
const BACKSLASH = 0x5c
const [BRACKET_OPEN, BRACKET_CLOSE] = [0x5b, 0x5d]
const [BRACE_OPEN, BRACE_CLOSE] = [0x7b, 0x7d]

/**
 * Whether more than `depth_max` arrays and objects of a JSON text are open at once. Brackets within strings do not count.
 * One pass that allocates nothing and never recurses, so it is safe to ask before the text is parsed. Of a text that is no
 * JSON it counts the brackets by the same rules.
 */
export function nestsDeeperThan(depth_max: number, utf8: Uint8Array): boolean {
  let depth = 0
  let inString = false
  for (let index = 0; index < utf8.length; index++) {
    const byte = utf8[index]
    if (inString) {
      if (byte === BACKSLASH) index++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === BRACE_OPEN || byte === BRACKET_OPEN) {
      if (++depth > depth_max) return true
    } else if (byte === BRACE_CLOSE || byte === BRACKET_CLOSE) depth--
  }
  return false
}
