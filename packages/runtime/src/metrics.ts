import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What every metric has: a name that ends with its unit, one sentence of help, and the names of its labels. */
interface Description<Name extends string, Label extends string> {
  name: Name
  help: string
  labels?: readonly Label[]
}

/** The metrics of one program, in a registry of its own. Names are completed to `caretally_<service>_<name>`. */
export interface Metrics {
  /** Only ever grows. */
  counter<Label extends string = never>(description: Description<`${string}_total`, Label>): Pick<Counter<Label>, 'inc'>
  /** Goes up and down. */
  gauge<Label extends string = never>(
    description: Description<string, Label>,
  ): Pick<Gauge<Label>, 'set' | 'remove' | 'reset'>
  /** How often a value lay below each of `buckets`, which ascend and are in the unit of the name. */
  histogram<Label extends string = never>(
    description: Description<`${string}_${'seconds' | 'bytes'}`, Label> & { buckets: readonly number[] },
  ): Pick<Histogram<Label>, 'observe'>
  /** In the Prometheus text format. */
  render(): Promise<string>
  readonly contentType: string
}

/** Begins with the metrics of the process, under the names that Prometheus' own dashboards know. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const complete = <Label extends string>({ name, help, labels = [] }: Description<string, Label>) => ({
    name: `caretally_${service}_${name}`,
    help,
    labelNames: labels,
    registers: [registry],
  })
  return {
    counter: (description) => new Counter(complete(description)),
    gauge: (description) => new Gauge(complete(description)),
    histogram: (description) => new Histogram({ ...complete(description), buckets: [...description.buckets] }),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
