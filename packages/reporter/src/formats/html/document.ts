import { Temporal } from 'temporal-polyfill'

import { html, type Html, toText, trustHtml } from './html.ts'
import { STYLE_SHEET } from './style-sheet.ts'

/** When a page was made, and in which time zone its days are cut. */
export interface Origin {
  made_ms: number
  timeZone: string
}

interface Provenance extends Origin {
  /** What the figures were computed from, as sentences. */
  source: string
}

interface Document {
  title: string
  /** What the figures were computed from; nothing when there are none. */
  provenance?: Provenance
  sections: readonly Html[]
}

/** A page in one file: it loads nothing, runs nothing and links to nothing, and its policy has the browser refuse to. */
export function renderDocument({ title, provenance, sections }: Document): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${trustHtml(STYLE_SHEET)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          ${provenance === undefined ? '' : renderProvenance(provenance)}
        </header>
        <main>${sections}</main>
      </body>
    </html>`
  return toText(page)
}

function renderProvenance({ source, made_ms, timeZone }: Provenance): Html {
  const made = Temporal.Instant.fromEpochMilliseconds(made_ms)
  const local = made.toZonedDateTimeISO(timeZone)
  const clock = `${local.toPlainDate().toString()} at ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`
  return html`<p class="faint">
    ${source} Made by caretally on <time datetime="${made.toString()}">${clock}</time>. Days and times are those of
    ${timeZone}.
  </p>`
}
