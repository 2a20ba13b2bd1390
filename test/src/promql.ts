import { parser } from '@prometheus-io/lezer-promql'

/** What an expression asks for. */
export interface Question {
  /** Names of time series, and how their labels are chosen. */
  selectors: { name: string; matchers: Matcher[]; isRate: boolean }[]
  /** Labels by which it groups or joins. */
  groupedBy: string[]
}

export interface Matcher {
  label: string
  operator: string
  value: string
}

type Node = ReturnType<typeof parser.parse>['topNode']

/** Functions that are of use for a counter only. */
const RATES = new Set(['rate', 'irate', 'increase'])

/** @throws {Error} when it is no PromQL */
export function parsePromQL(expression: string): Question {
  const textOf = ({ from, to }: Pick<Node, 'from' | 'to'>) => expression.slice(from, to)
  const question: Question = { selectors: [], groupedBy: [] }
  parser.parse(expression).iterate({
    enter(cursor) {
      if (cursor.type.isError) {
        throw new Error(`no PromQL at ${cursor.from}: ${expression}`)
      }
      if (cursor.name === 'VectorSelector') {
        const { node } = cursor
        const name = node.getChild('Identifier')
        if (name === null) throw new Error(`a selector without a name: ${expression}`)
        const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
        question.selectors.push({
          name: textOf(name),
          matchers: matchers.map((matcher) => readMatcher(textOf(matcher))),
          isRate: RATES.has(functionAround(node, textOf)),
        })
      }
      if (cursor.name === 'LabelName' && cursor.node.parent?.name === 'GroupingLabels') {
        question.groupedBy.push(textOf(cursor))
      }
    },
  })
  return question
}

function readMatcher(text: string): Matcher {
  const [, label = '', operator = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(text) ?? []
  if (label === '') throw new Error(`a matcher of another form: ${text}`)
  return { label, operator, value }
}

/** The function that is given the series over a time; empty when there is none. */
function functionAround({ parent }: Node, textOf: (node: Node) => string): string {
  if (parent?.name !== 'MatrixSelector') return ''
  const call = parent.parent?.parent
  const name = call?.getChild('FunctionIdentifier')
  return name ? textOf(name) : ''
}
