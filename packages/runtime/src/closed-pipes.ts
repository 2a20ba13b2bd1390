import process from 'node:process'

let isTolerant = false

/** From now on whoever reads what this process writes may stop before its end: `npm run report … | head`. */
export function tolerateClosedPipes(): void {
  if (isTolerant) return
  isTolerant = true
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
