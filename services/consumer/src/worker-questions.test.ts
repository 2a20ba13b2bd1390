import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'

import { expect, test } from 'vitest'

import { Questions } from './worker-questions.ts'

const ANSWERS = `process.on('message', ({ id, question }) => process.send({ id, answer: question === 'snapshot' ? [] : undefined }))`
const PATIENCE = { answer_ms_max: 100, alive_ms_max: 50, silence_ms_max: 500 }
const WAIT = { timeout: 20_000, interval: 20 }

test('a worker that is silent is not ready, and counts as alive until it has been silent for long', async () => {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const
  const worker = spawn(process.execPath, ['-e', ANSWERS], { stdio: [...stdio], serialization: 'advanced' })
  try {
    const questions = new Questions(worker, PATIENCE)
    await expect.poll(() => questions.whyNotReady(), WAIT).toBeUndefined()
    const start_ms = performance.now()
    worker.kill('SIGSTOP')
    await expect.poll(() => questions.whyNotReady(), WAIT).toBe('it does not answer')
    await expect.poll(() => questions.whyNotAlive(), WAIT).toBe('it does not answer')
    expect(performance.now() - start_ms).toBeGreaterThan(PATIENCE.silence_ms_max)
    await expect(questions.snapshot()).rejects.toMatchObject({ code: 'worker_silent' })

    worker.kill('SIGCONT')
    await expect.poll(() => questions.whyNotAlive(), WAIT).toBeUndefined()
    expect(await questions.whyNotReady()).toBeUndefined()
  } finally {
    worker.kill('SIGKILL')
    await once(worker, 'exit')
  }
})
