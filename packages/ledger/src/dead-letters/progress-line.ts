interface Terminal {
  write(text: string): unknown
  isTTY?: boolean | undefined
}

/** One line that is overwritten as things go on; nothing where the stream is not a terminal. */
export function createProgressLine(stream: Terminal) {
  return {
    show(text: string): void {
      if (stream.isTTY) stream.write(`\r\u001B[K${text}`)
    },
    clear(): void {
      if (stream.isTTY) stream.write('\r\u001B[K')
    },
  }
}
