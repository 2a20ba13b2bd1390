import { readFileSync } from 'node:fs'

export const ASSEMBLY_PAGE_BYTES = 64 * 1024

/** The memory of an {@link Assembly}. */
export interface AssemblyMemory {
  /** Another one after each {@link grow}, which detaches the one before. */
  readonly buffer: ArrayBuffer
  /** Throws a RangeError when there is no more. */
  grow(pages: number): number
}

/** One instance of a compiled module: a memory of its own, and its functions by their names. */
export interface Assembly {
  readonly memory: AssemblyMemory
  /** @throws {TypeError} when the module has none of that name: it was compiled from another source. */
  functionNamed: (name: string) => (...numbers: number[]) => number
}

/** Compiles WebAssembly that takes its memory from outside, once; what it returns makes an instance of it. */
export function loadAssembly(file: URL): (memoryPages: number) => Assembly {
  const module = new WebAssembly.Module(readFileSync(file))
  return (memoryPages) => {
    const memory = new WebAssembly.Memory({ initial: memoryPages })
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    return {
      memory,
      functionNamed(name) {
        const exported = exports[name]
        if (typeof exported !== 'function') throw new TypeError(`${file.pathname} has no function ${name}`)
        return (...numbers) => Number(exported(...numbers))
      },
    }
  }
}
