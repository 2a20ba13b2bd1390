/** HTML in which all text is escaped. Only this file makes it. */
export interface Html {
  readonly [content]: string
}

type Value = string | number | Html | readonly Html[]

const content = Symbol('html')

/**
 * A template of HTML. A text that is put into it is escaped, so that it stays a text between tags and within a quoted
 * attribute; Html is put in as it is, each of several on a line of its own.
 */
export function html(template: TemplateStringsArray, ...values: readonly Value[]): Html {
  return trustHtml(String.raw({ raw: template }, ...values.map(contentOf)))
}

/** Takes text for HTML. It must come from a program that has escaped what came from data, never from data itself. */
export function trustHtml(text: string): Html {
  return { [content]: text }
}

export function toText(of: Html): string {
  return of[content]
}

function contentOf(value: Value): string {
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value))
  return 'map' in value ? value.map(toText).join('\n') : toText(value)
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
