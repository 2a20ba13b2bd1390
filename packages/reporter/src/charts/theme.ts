/** The colours of charts and pages, as CSS writes them. Those of the kinds are told apart by colour-blind readers too. */
export interface Theme {
  background: string
  text: string
  /** Text of less weight, such as the labels of an axis. */
  faint: string
  line: string
  /** The one colour of a chart that has no kinds. */
  accent: string
  /** What a figure that is not final is marked with. */
  caution: string
  login: string
  telehealth: string
  message: string
  refill: string
  lab_view: string
  /** Of a kind that is not among these. */
  other: string
}

export const LIGHT: Theme = {
  background: '#ffffff',
  text: '#1b1f24',
  faint: '#57606a',
  line: '#d0d7de',
  accent: '#0b64ae',
  caution: '#8a4b00',
  login: '#0b64ae',
  telehealth: '#a34f32',
  message: '#2ca58e',
  refill: '#752255',
  lab_view: '#be8306',
  other: '#767676',
}

export const DARK: Theme = {
  background: '#14181d',
  text: '#e6e9ed',
  faint: '#a3adb8',
  line: '#39414b',
  accent: '#2c96f5',
  caution: '#f0b35a',
  login: '#2c96f5',
  telehealth: '#dd8966',
  message: '#a9f2df',
  refill: '#c11e8d',
  lab_view: '#f3d512',
  other: '#9a9a9a',
}

/** The colours as variables of a page that declares them: what is drawn once then follows the page from light to dark. */
export const PAGE_COLOURS: Theme = {
  background: 'var(--background)',
  text: 'var(--text)',
  faint: 'var(--faint)',
  line: 'var(--line)',
  accent: 'var(--accent)',
  caution: 'var(--caution)',
  login: 'var(--login)',
  telehealth: 'var(--telehealth)',
  message: 'var(--message)',
  refill: 'var(--refill)',
  lab_view: 'var(--lab_view)',
  other: 'var(--other)',
}

/** The CSS declarations of the variables that {@link PAGE_COLOURS} refers to. */
export function declareColours(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(' ')
}
