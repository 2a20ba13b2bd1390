import { CaretallyError } from '@caretally/runtime'
import { type Document, isScalar, LineCounter, parseDocument, type YAMLError } from 'yaml'

/**
 * The value of a YAML 1.2 document. Two keys of a map that would become one, such as 2016 and "2016", are an error too.
 *
 * @param name of the file, for the error
 * @throws {CaretallyError} `reference_not_yaml`, which tells every mistake with its line and column
 */
export function parseYaml(text: string, name: string): unknown {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys, logLevel: 'error' })
  const mistakes = [...document.errors, ...document.warnings].map((mistake) => describeMistake(mistake, lineCounter))
  if (mistakes.length > 0) throw notYaml(name, mistakes.join('; '))
  return toValue(document, name)
}

type KeyComparison = Exclude<NonNullable<Parameters<typeof parseDocument>[1]>['uniqueKeys'], boolean | undefined>

const uniqueKeys: KeyComparison = (a, b) => isScalar(a) && isScalar(b) && String(a.value) === String(b.value)

function describeMistake({ code, message, pos }: YAMLError, lineCounter: LineCounter): string {
  const { line, col } = lineCounter.linePos(pos[0])
  const mistake = code === 'MULTIPLE_DOCS' ? 'a second document begins' : message // the library's tells how to call it
  return `line ${line}, column ${col}: ${mistake}`
}

function toValue(document: Document, name: string): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    throw notYaml(name, 'an alias has no anchor before it, or there are too many', cause)
  }
}

function notYaml(name: string, mistakes: string, cause?: unknown): CaretallyError {
  return new CaretallyError('reference_not_yaml', `${name} is not YAML: ${mistakes}`, {
    hint: 'mend it there; docs/figures.md shows what a reference file looks like',
    cause,
  })
}
