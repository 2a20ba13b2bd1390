import { readdirSync, readFileSync } from 'node:fs'

import { z } from 'zod'

import { rootPath } from '../root.ts'

const Dependencies = z.record(z.string(), z.string()).default({})
const Manifest = z.object({ dependencies: Dependencies, devDependencies: Dependencies })

/** Of fastify too. */
const NEEDED_BY_OTHERS = new Set(['ajv', 'ajv-formats'])

/** The packages that serve development and tests alone, by the manifests. */
export function developmentPackages(): string[] {
  const folders = ['packages', 'services'].flatMap((of) => readdirSync(rootPath(of)).map((name) => `${of}/${name}`))
  const deployed = [...folders, 'infra', 'scripts'].map(readManifest)
  const all = [...deployed, readManifest('test'), readManifest('.')]
  const needed = new Set(deployed.flatMap(({ dependencies }) => Object.keys(dependencies)))
  const names = new Set(
    all.flatMap((manifest) => Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })),
  )
  return [...names].filter(
    (name) => !name.startsWith('@caretally/') && !needed.has(name) && !NEEDED_BY_OTHERS.has(name),
  )
}

function readManifest(folder: string) {
  return Manifest.parse(JSON.parse(readFileSync(rootPath(`${folder}/package.json`), 'utf8')))
}
