import { type AnnualRow, ask, type PipelineHealth } from './api.ts'
import { showDays, watchFilters } from './days.ts'
import { byId, setText } from './elements.ts'
import { showHealth } from './health.ts'
import { showYear } from './year.ts'

const REFRESH_MS = 5_000

interface State {
  health?: PipelineHealth
  annual: AnnualRow[]
  /** What had been counted when the figures were last read. */
  shown?: string
  lastAnswer_ms?: number
  timer?: ReturnType<typeof setTimeout>
}

const state: State = { annual: [] }

/** Asks how the pipeline is, and for the figures when anything has been counted since. */
async function refresh(): Promise<void> {
  const health = await ask('/api/pipeline')
  state.health = health
  byId('empty', HTMLElement).hidden = health.counted !== null
  byId('figures', HTMLDivElement).hidden = health.counted === null
  showHealth(health, Date.now())
  const counted = JSON.stringify([health.counted, health.outcomes])
  if (health.counted === null || counted === state.shown) return
  state.annual = await ask('/api/annual')
  showYear(state.annual)
  await showDays(health.counted)
  state.shown = counted
}

/** One turn after the other while somebody looks: a page in the background asks nothing. */
async function keepFresh(): Promise<void> {
  clearTimeout(state.timer)
  if (document.hidden) return
  await attempt(refresh)
  state.timer = setTimeout(() => void keepFresh(), REFRESH_MS)
}

/** What fails leaves the figures that are there, and says so. */
async function attempt(work: () => Promise<void>): Promise<void> {
  const trouble = byId('trouble', HTMLParagraphElement)
  try {
    await work()
    state.lastAnswer_ms = Date.now()
    trouble.hidden = true
    setText(byId('freshness', HTMLParagraphElement), `Live, as of ${clockTime(state.lastAnswer_ms)}`)
  } catch {
    const old = state.lastAnswer_ms === undefined ? '' : ` The figures are those of ${clockTime(state.lastAnswer_ms)}.`
    setText(trouble, `The figures cannot be read now.${old} The next try is in ${REFRESH_MS / 1_000} seconds.`)
    setText(byId('freshness', HTMLParagraphElement), 'Not live')
    trouble.hidden = false
  }
}

function clockTime(now_ms: number): string {
  return new Date(now_ms).toLocaleTimeString('en-GB')
}

byId('year', HTMLSelectElement).addEventListener('change', () => showYear(state.annual))
watchFilters(
  () => state.health?.counted ?? undefined,
  () => {
    const counted = state.health?.counted
    if (counted) void attempt(() => showDays(counted))
  },
)
document.addEventListener('visibilitychange', () => void keepFresh())
void keepFresh()
