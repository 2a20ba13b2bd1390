import { describe, expect, test } from 'vitest'

import { DARK, declareColours, LIGHT, PAGE_COLOURS, type Theme } from './theme.ts'

type Triple = readonly [number, number, number]
type Matrix = readonly [Triple, Triple, Triple]

/** How the colour-blind see linear RGB: Machado, Oliveira and Fernandes 2009, at full severity. */
const SIGHTS: Record<string, Matrix> = {
  trichromacy: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

/** In OKLab, where a difference of about 0.02 is just noticed. */
const DIFFERENCE_MIN = 0.1
/** WCAG 2.2, criteria 1.4.3 for text and 1.4.11 for graphics. */
const TEXT_CONTRAST_MIN = 4.5
const GRAPHICS_CONTRAST_MIN = 3

const KINDS = ['login', 'telehealth', 'message', 'refill', 'lab_view'] as const

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s theme', (_, theme) => {
  test.each(Object.keys(SIGHTS))('has kinds that are told apart with %s', (sight) => {
    const seen = KINDS.map((kind) => toOklab(multiply(SIGHTS[sight]!, linear(theme[kind]))))
    for (const [index, colour] of seen.entries()) {
      for (const other of seen.slice(index + 1)) expect(distance(colour, other)).toBeGreaterThan(DIFFERENCE_MIN)
    }
  })

  test('stands out from its background', () => {
    const contrasts = (names: readonly (keyof Theme)[]) => names.map((name) => contrast(theme[name], theme.background))
    expect(Math.min(...contrasts(['text', 'faint', 'caution']))).toBeGreaterThan(TEXT_CONTRAST_MIN)
    expect(Math.min(...contrasts([...KINDS, 'accent', 'other']))).toBeGreaterThan(GRAPHICS_CONTRAST_MIN)
  })

  test('declares each colour that a page refers to', () => {
    for (const colour of Object.values(PAGE_COLOURS)) {
      expect(declareColours(theme)).toContain(`${colour.replace('var(', '').replace(')', '')}: #`)
    }
  })
})

/** The contrast of WCAG 2. */
function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [a, b]
    .map((colour) => dot([0.2126, 0.7152, 0.0722], linear(colour)))
    .sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function linear(colour: string): Triple {
  const channel = (start: number) => {
    const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

/** https://bottosson.github.io/posts/oklab */
function toOklab(rgb: Triple): Triple {
  const toCones: Matrix = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
  ]
  const toLab: Matrix = [
    [0.2104542553, 0.793617785, -0.0040720468],
    [1.9779984951, -2.428592205, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.808675766],
  ]
  const [long, medium, short] = multiply(toCones, rgb)
  return multiply(toLab, [Math.cbrt(long), Math.cbrt(medium), Math.cbrt(short)])
}

function multiply([first, second, third]: Matrix, vector: Triple): Triple {
  return [dot(first, vector), dot(second, vector), dot(third, vector)]
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

function distance(a: Triple, b: Triple): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}
