/** One statement that has to hold, as it stands in `.caretally/demo.json`. */
export interface Check {
  name: string
  expected: number | string
  actual: number | string | null
  ok: boolean
}

export function check<T extends number | string>(name: string, expected: T, actual: T | null): Check {
  return { name, expected, actual, ok: actual === expected }
}
