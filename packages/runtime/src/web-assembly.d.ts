/** What we use of WebAssembly: the types of Node have nothing of it, and those of browsers bring all of a browser. */
declare namespace WebAssembly {
  interface Memory {
    /** Another one after each {@link grow}, which detaches the one before. */
    readonly buffer: ArrayBuffer
    /** Throws a RangeError when there is no more. */
    grow(pages: number): number
  }

  interface Instance {
    readonly exports: Record<string, unknown>
  }

  /** Code that is compiled. */
  interface Module {
    readonly [Symbol.toStringTag]: string
  }

  const Memory: new (descriptor: { initial: number }) => Memory
  const Module: new (bytes: Uint8Array) => Module
  const Instance: new (module: Module, imports: Record<string, Record<string, Memory>>) => Instance
}
