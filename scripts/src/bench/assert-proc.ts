import { CaretallyError } from '@caretally/runtime'

/** @throws {CaretallyError} `bench_needs_linux` */
export function assertProc(platform = process.platform): void {
  if (platform === 'linux') return
  throw new CaretallyError('bench_needs_linux', `the bench reads /proc, which ${platform} does not have`, {
    hint: 'run it on Linux',
  })
}
