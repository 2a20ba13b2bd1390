import process from 'node:process'

const REDRAW_MS = 100

/** One line on standard error that is overwritten as things go on; nothing where that is not a terminal. */
export function createProgressLine() {
  const isTerminal = process.stderr.isTTY
  let drawn_ms = -Infinity
  return {
    show(text: string): void {
      const now_ms = performance.now()
      if (!isTerminal || now_ms - drawn_ms < REDRAW_MS) return
      drawn_ms = now_ms
      process.stderr.write(`\r\u001b[K${text}`)
    },
    clear(): void {
      if (isTerminal && drawn_ms > 0) process.stderr.write('\r\u001b[K')
    },
  }
}
