import type { ChildProcess } from 'node:child_process'
import process from 'node:process'

import { CaretallyError, type HealthCheck, type Metrics, type MetricsSnapshot } from '@caretally/runtime'

/** What a worker is asked by the process that started it, and what it answers. */
type Answers = {
  snapshot: MetricsSnapshot
  whyNotReady: string | undefined
  whyNotAlive: string | undefined
}
type Question = keyof Answers

interface Asked {
  id: number
  question: Question
}

interface Answered {
  id: number
  answer: unknown
}

interface Patience {
  /** A worker that is busy with a range answers after it. */
  answer_ms_max: number
  /** Less than a health check waits. */
  alive_ms_max: number
  /** A worker that loads a large window is busy for seconds; one that is silent for longer than this is stuck. */
  silence_ms_max: number
}

const PATIENCE: Patience = { answer_ms_max: 5_000, alive_ms_max: 2_000, silence_ms_max: 30_000 }

/** Asks a worker, which answers by {@link answerQuestions}. */
export class Questions implements HealthCheck {
  readonly #worker: ChildProcess
  readonly #waiting = new Map<number, (answer: unknown) => void>()
  readonly #patience: Patience
  #lastId = 0
  /** When the oldest of the questions was asked that came after the last answer. */
  #silent_since_ms: number | undefined

  constructor(worker: ChildProcess, patience: Partial<Patience> = {}) {
    this.#worker = worker
    this.#patience = { ...PATIENCE, ...patience }
    worker.on('message', ({ id, answer }: Answered) => {
      this.#silent_since_ms = undefined
      this.#waiting.get(id)?.(answer)
      this.#waiting.delete(id)
    })
  }

  /** @throws {CaretallyError} `worker_silent` */
  async snapshot(): Promise<MetricsSnapshot> {
    return await this.#ask('snapshot', this.#patience.answer_ms_max)
  }

  whyNotReady(): Promise<string | undefined> {
    return this.#ask('whyNotReady', this.#patience.answer_ms_max).catch(() => SILENT)
  }

  whyNotAlive(): Promise<string | undefined> {
    return this.#ask('whyNotAlive', this.#patience.alive_ms_max).catch(() => {
      const silence_ms = performance.now() - (this.#silent_since_ms ?? Infinity)
      return silence_ms > this.#patience.silence_ms_max ? SILENT : undefined
    })
  }

  #ask<Q extends Question>(question: Q, answer_ms_max: number): Promise<Answers[Q]> {
    const id = ++this.#lastId
    this.#silent_since_ms ??= performance.now()
    return new Promise((resolve, reject) => {
      const fail = () => {
        this.#waiting.delete(id)
        reject(new CaretallyError('worker_silent', SILENT))
      }
      const timer = setTimeout(fail, answer_ms_max)
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer)
        resolve(answer as Answers[Q]) // oxlint-disable-line typescript/no-unsafe-type-assertion -- of our own program
      })
      this.#worker.send({ id, question } satisfies Asked, (error) => error && fail())
    })
  }
}

const SILENT = 'it does not answer'

/** Answers the questions of the process that started this one, until it is disposed of. */
export function answerQuestions(metrics: Metrics, health: HealthCheck): Disposable {
  const answerOf = (question: Question) => {
    if (question === 'snapshot') return metrics.snapshot()
    return question === 'whyNotReady' ? health.whyNotReady() : health.whyNotAlive()
  }
  const answer = async ({ id, question }: Asked) => {
    process.send?.({ id, answer: await answerOf(question) } satisfies Answered)
  }
  const listen = (asked: Asked) => void answer(asked)
  process.on('message', listen)
  return { [Symbol.dispose]: () => void process.off('message', listen) }
}
