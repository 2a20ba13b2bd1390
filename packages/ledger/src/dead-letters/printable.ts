const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Characters that do something to a terminal instead of appearing on it; tabs and line ends apart. */
const CONTROL = /[^\P{C}\t\n\r]/u

/** Whether bytes are a text in UTF-8 that a terminal shows as it is. */
export function isPrintable(bytes: Uint8Array): boolean {
  try {
    return !CONTROL.test(utf8.decode(bytes))
  } catch {
    return false
  }
}
