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

/** A worker that is busy with a range answers after it. */
const ANSWER_MS_MAX = 5_000

/** Asks a worker, which answers by {@link answerQuestions}. */
export class Questions implements HealthCheck {
  readonly #worker: ChildProcess
  readonly #waiting = new Map<number, (answer: unknown) => void>()
  #lastId = 0

  constructor(worker: ChildProcess) {
    this.#worker = worker
    worker.on('message', ({ id, answer }: Answered) => {
      this.#waiting.get(id)?.(answer)
      this.#waiting.delete(id)
    })
  }

  /** @throws {CaretallyError} `worker_silent` */
  async snapshot(): Promise<MetricsSnapshot> {
    return await this.#ask('snapshot')
  }

  whyNotReady(): Promise<string | undefined> {
    return this.#ask('whyNotReady').catch(() => SILENT)
  }

  whyNotAlive(): Promise<string | undefined> {
    return this.#ask('whyNotAlive').catch(() => SILENT)
  }

  #ask<Q extends Question>(question: Q): Promise<Answers[Q]> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const fail = () => {
        this.#waiting.delete(id)
        reject(new CaretallyError('worker_silent', SILENT))
      }
      const timer = setTimeout(fail, ANSWER_MS_MAX)
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
