import cliProgress, { type MultiBar, type SingleBar } from 'cli-progress'

/** How often a progress line is written where there is no terminal to draw bars on. */
const LINE_EVERY_MS = 2_000

export interface Bar {
  /** `note` is what else there is to say at the moment. */
  set: (value: number, note?: string) => void
}

/** Progress bars on standard error, one a stage; plain lines where that is no terminal. */
export class Progress implements Disposable {
  readonly #bars: MultiBar

  constructor() {
    this.#bars = new cliProgress.MultiBar(
      {
        format: '  {stage} {bar} {percentage}% · {value} of {total} · {rate} a second{note}',
        barsize: 28,
        hideCursor: true,
        noTTYOutput: true,
        notTTYSchedule: LINE_EVERY_MS,
        formatValue: (value, _options, type) =>
          type === 'percentage' ? String(value).padStart(3) : value.toLocaleString('en-US'),
      },
      cliProgress.Presets.shades_classic,
    )
  }

  /** A bar from 0 to `total`; its rate is the mean since its first value above zero, until it is full. */
  add(stage: string, total: number): Bar {
    const bar: SingleBar = this.#bars.create(total, 0, { stage: stage.padEnd(10), rate: '–', note: '' })
    let start_ms: number | undefined
    let end_ms: number | undefined
    return {
      set: (value, note = '') => {
        if (value > 0) start_ms ??= Date.now()
        if (value >= total) end_ms ??= Date.now()
        const elapsed_ms = start_ms === undefined ? 0 : (end_ms ?? Date.now()) - start_ms
        const rate = elapsed_ms > 0 ? Math.round((value * 1_000) / elapsed_ms).toLocaleString('en-US') : '–'
        bar.update(value, { rate, note })
      },
    }
  }

  [Symbol.dispose](): void {
    this.#bars.stop()
  }
}
