import { DARK, declareColours, LIGHT } from '../../charts/theme.ts'

/** Of every page. Paper is light, whatever the screen is. */
export const STYLE_SHEET = `:root { ${declareColours(LIGHT)} }
@media screen and (prefers-color-scheme: dark) {
  :root { ${declareColours(DARK)} }
}
* { box-sizing: border-box; }
body {
  max-width: 60rem;
  margin: 0 auto;
  padding: 2rem 1.25rem 3rem;
  font: 1rem/1.5 system-ui, sans-serif;
  color: var(--text);
  background: var(--background);
}
h1, h2, h3, p, ul, dl, dd, figure { margin: 0; }
h1 { font-size: 1.75rem; line-height: 1.25; }
h2 { margin: 2.5rem 0 1rem; font-size: 1.25rem; }
h3 { font-size: 1rem; }
.faint, figcaption p, .definition { color: var(--faint); font-size: 0.875rem; font-weight: normal; }
.figures {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr));
  gap: 1rem;
  padding: 0;
  list-style: none;
}
.figures li { padding: 1rem; font-size: 0.875rem; border: 1px solid var(--line); border-radius: 0.5rem; }
.value { font-size: 1.75rem; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; }
.caution { color: var(--caution); }
.definition { margin-top: 0.5rem; }
.scroll { margin-top: 0.75rem; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { padding: 0.375rem 0.75rem 0.375rem 0; text-align: left; vertical-align: top; white-space: nowrap; }
th[scope^="row"] { white-space: normal; font-weight: 600; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; }
thead th { border-bottom: 2px solid var(--line); }
tbody { border-bottom: 1px solid var(--line); }
.notes { margin-top: 0.75rem; padding-left: 1.25rem; font-size: 0.875rem; }
figure + figure { margin-top: 2rem; }
svg { display: block; max-width: 100%; height: auto; margin-top: 0.5rem; }
dl { display: grid; gap: 0.75rem; }
dt { font-weight: 600; }
@page { margin: 15mm; }
@media print {
  :root { font-size: 10pt; }
  body { max-width: none; padding: 0; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h1, h2, h3, figcaption { break-after: avoid; }
  thead { display: table-header-group; }
  tr, tbody, figure, .figures li, dl > div { break-inside: avoid; }
  .figures { grid-template-columns: repeat(3, 1fr); }
  .scroll { overflow: visible; }
}
`
