import { once } from 'node:events'

import { type LoadTruth, readLoadTruth } from '@caretally/producers'

import { startChild } from '../child-program.ts'
import { type Acknowledged, ProducerMessage, type ProducerTask } from './producer-messages.ts'
import { StepCurve } from './step-curve.ts'

/** What was acknowledged so far, over time. */
export interface Acknowledgements {
  records: StepCurve
  /** Those that are to be accepted. */
  events: StepCurve
}

export interface Published {
  truth: LoadTruth
  /** Of the process that published. */
  cpu_ms: number
  peak_bytes: number
}

export function createAcknowledgements(): Acknowledgements {
  return { records: new StepCurve(), events: new StepCurve() }
}

/**
 * Publishes a stream by a process of its own, so that making events takes nothing from those who consume them. Resolves
 * when all is acknowledged and the process has ended; `acknowledgements` grow meanwhile. The process ends with the signal.
 */
export async function publishByProcess(
  task: ProducerTask,
  acknowledgements: Acknowledgements,
  { logFile, signal }: { logFile: string; signal: AbortSignal },
): Promise<Published> {
  await using child = await startChild({
    name: 'producer',
    program: 'scripts/dist/load-test/producer-main.js',
    args: [JSON.stringify(task)],
    logFile,
  })
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  const done = new Promise<Published>((resolve, reject) => {
    child.process.on('message', (content) => {
      try {
        const message = ProducerMessage.parse(content)
        if (message.type === 'acknowledged') note(message.steps, acknowledgements)
        else resolve({ ...message, truth: readLoadTruth(message.truth) })
      } catch (error) {
        reject(error)
      }
    })
  })
  // What it has said last may come after its end has been noticed, but not after the channel is closed.
  const heardOut = once(child.process, 'disconnect')
  const failed = child.failed.catch(async (error: unknown) => {
    await heardOut
    throw error
  })
  signal.throwIfAborted()
  return await Promise.race([done, failed, aborted])
}

function note(steps: readonly Acknowledged[], { records, events }: Acknowledgements): void {
  for (const [at_ms, acknowledged, accepted] of steps) {
    records.add(at_ms, acknowledged)
    events.add(at_ms, accepted)
  }
}
