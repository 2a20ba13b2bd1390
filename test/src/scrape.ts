/** The metrics of a scrape: family → what kind it is and the values that each of its labels has. */
export type Scrape = Map<string, Family>

export interface Family {
  type: string
  labels: Map<string, Set<string>>
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g

/** Adds what a program has answered, in the Prometheus text format. */
export function addScrape(scrape: Scrape, text: string): void {
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]))
  for (const [name, type] of types) {
    if (!scrape.has(name)) scrape.set(name, { type, labels: new Map() })
  }
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const [, name = '', labels = ''] = SAMPLE.exec(line) ?? []
    const family = familyOf(scrape, name)
    if (family === undefined) throw new Error(`no metric: ${line}`)
    for (const [, label = '', value = ''] of labels.matchAll(LABEL)) {
      const values = family.labels.get(label) ?? new Set()
      family.labels.set(label, values.add(value))
    }
  }
}

/** The family of a sample: that of a histogram's bucket is the histogram. Undefined when nobody tells it. */
export function familyOf(scrape: Scrape, sample: string): Family | undefined {
  const direct = scrape.get(sample)
  if (direct !== undefined) return direct.type === 'histogram' ? undefined : direct
  const histogram = scrape.get(sample.replace(/_(bucket|sum|count)$/, ''))
  return histogram?.type === 'histogram' ? histogram : undefined
}
