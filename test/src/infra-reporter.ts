import process from 'node:process'

import type { Reporter, TestModule } from 'vitest/node'

import type { LeftOut } from './left-out.ts'

const SERVERS: Record<string, string> = {
  local: 'local servers',
  containers: 'servers in containers',
  external: 'servers of somebody else',
}

/** Says in the end how many tests ran on which servers, and what was left to others and why. */
export class InfraReporter implements Reporter {
  readonly #infra: string
  readonly #leftOut: readonly LeftOut[]

  constructor(infra: string, leftOut: readonly LeftOut[]) {
    this.#infra = infra
    this.#leftOut = leftOut
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>()
    for (const module of modules) {
      const passed = [...module.children.allTests('passed')].length
      counts.set(module.project.name, (counts.get(module.project.name) ?? 0) + passed)
    }
    const parts = [...counts].map(([project, passed]) =>
      project === 'integration'
        ? `${passed} integration tests on ${SERVERS[this.#infra] ?? this.#infra}`
        : `${passed} ${project} tests`,
    )
    const lines = [`INFRA=${this.#infra}: passed ${parts.join(', ') || 'no tests'}`]
    if (this.#leftOut.length > 0) {
      lines.push(`left out, ${this.#leftOut.length} files:`)
      lines.push(...this.#leftOut.map(({ file, only, reason }) => `  ${file}: only with INFRA=${only}: ${reason}`))
    }
    process.stdout.write(`${lines.join('\n')}\n`)
  }
}
