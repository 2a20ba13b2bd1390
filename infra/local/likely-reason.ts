/** What a server's log says → what it means to the person who started it. */
const REASONS: [RegExp, string][] = [
  [/Address already in use|BindException|EADDRINUSE/i, 'its port is taken'],
  [/Failed to acquire lock|Cannot lock file/i, 'another server is running in its directory'],
  [/No space left on device/i, 'the disk is full'],
  [/OutOfMemoryError|Cannot allocate memory|insufficient memory|MEMORY_LIMIT_EXCEEDED/i, 'there is not enough memory'],
  [/Permission denied|AccessDeniedException/i, 'it may not use its directory'],
  [/UnsupportedClassVersionError/, 'Java is too old'],
]

const REASON_LENGTH_MAX = 200

/**
 * In one line, why a server did not start: one of the known reasons, or the last line of its log that speaks of an error.
 * For the log of a start only: a server at work may quote data.
 */
export function likelyReason(log: string): string {
  const known = REASONS.find(([pattern]) => pattern.test(log))
  if (known) return known[1]
  const lines = log.split('\n').map((line) => line.trim())
  const error = lines.findLast((line) => /error|exception|fatal/i.test(line)) ?? lines.findLast((line) => line !== '')
  return error?.slice(0, REASON_LENGTH_MAX) ?? 'it ended without a word'
}
