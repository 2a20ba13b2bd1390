// The one way into caretally's commands: `npm run <command>` calls it. It runs on a bare Node, so it is plain JavaScript
// without dependencies. It installs the packages and compiles the sources where they have changed, then runs the command
// in this same process, so that signals reach the command itself.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'

const PNPM = 'pnpm@10.34.9'
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** Command → the compiled module that runs it. */
const programs = {
  bench: 'scripts/dist/bench.js',
  'compose-check': 'scripts/dist/compose-check.js',
  configuration: 'scripts/dist/configuration.js',
  consumer: 'services/consumer/dist/main.js',
  dashboard: 'services/dashboard/dist/main.js',
  'dead-letters': 'packages/ledger/dist/dead-letters-main.js',
  demo: 'scripts/dist/demo.js',
  down: 'scripts/dist/down.js',
  forget: 'packages/ledger/dist/forget-main.js',
  'load-test': 'scripts/dist/load-test.js',
  migrate: 'scripts/dist/migrate.js',
  producers: 'services/producers/dist/main.js',
  schema: 'packages/events/dist/export-schema.js',
  screenshots: 'scripts/dist/screenshots.js',
  realign: 'packages/ledger/dist/realign-main.js',
  reconcile: 'packages/ledger/dist/reconcile-main.js',
  report: 'packages/reporter/dist/main.js',
  status: 'scripts/dist/status.js',
  'test:faults': 'test/dist/faults/main.js',
  up: 'scripts/dist/up.js',
}

/** Command → what its user in ClickHouse may do; the others are for development and may do everything. */
const roleOf = {
  consumer: 'consume',
  dashboard: 'dashboard',
  'dead-letters': 'operate',
  forget: 'operate',
  migrate: 'migrate',
  realign: 'consume',
  reconcile: 'operate',
  report: 'report',
}

/** Command → the development tools it runs, one after the other, the arguments going to the last. */
const tools = {
  build: [],
  check: [
    ['oxfmt', '--check', '.'],
    ['oxlint', '--type-aware', '--deny-warnings'],
    ['knip', '--no-progress'],
  ],
  format: [['oxfmt', '.']],
  test: [['vitest', 'run']],
}

/** Tool → what its --help says; all else that is written after it goes to the last of its tools. */
const helpOfTools = {
  build: 'installs the packages and compiles the sources, where they have changed',
  check: 'checks the format (oxfmt), the code (oxlint) and that nothing is unused (knip)',
  format: 'formats every file (oxfmt)',
  test: 'runs the tests (vitest run); arguments go to vitest: files, -t NAME, --project unit; INFRA says on which servers',
}

/** Source → what it is compiled to: the parts that are WebAssembly. */
const assemblies = {
  'packages/kafka/assembly/decode-block.ts': 'packages/kafka/dist/decode-block.wasm',
  'services/producers/assembly/hmac-sha256.ts': 'services/producers/dist/hmac-sha256.wasm',
}

const [command, ...args] = process.argv.slice(2)
if (command === undefined || !(command in programs || command in tools)) {
  fail(
    `unknown command '${command ?? ''}'; there are ${[...Object.keys(programs), ...Object.keys(tools)].sort().join(', ')}`,
  )
}
if (command in tools && args.includes('--help')) {
  process.stdout.write(`Usage: ${command} [arguments]\n\n${helpOfTools[command]}\n`)
  process.exit(0)
}
assertNodeVersion()
installWhenChanged()
runTool(['tsc', '-b'])
compileAssemblyWhenChanged()
bundlePageWhenChanged()
if (command in programs) {
  useRunningServers()
  const program = path.join(root, programs[command])
  process.argv.splice(1, 2, program) // the program sees the arguments as if it had been started itself
  await import(pathToFileURL(program).href)
} else {
  if (command === 'test') await chooseInfra()
  const steps = tools[command]
  for (const [index, step] of steps.entries()) {
    runTool(index === steps.length - 1 ? [...step, ...args] : step)
  }
}

function assertNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
  if (!supported) fail(`Node ${process.versions.node} is too old; install Node 20.19 or later (or 22.12 or later)`)
}

function installWhenChanged() {
  const stamp = path.join(root, 'node_modules', '.caretally-installed')
  const lock = readFileSync(path.join(root, 'pnpm-lock.yaml'))
  const wanted = createHash('sha256').update(lock).update(`${process.platform} ${process.arch}`).digest('hex')
  if (readIfThere(stamp) === wanted) return
  process.stderr.write('caretally: installing packages (at the first start, and when pnpm-lock.yaml has changed) …\n')
  const installed = spawnSync('npx', ['--yes', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (installed.status !== 0) {
    process.stderr.write(`${installed.stdout ?? ''}${installed.stderr ?? ''}`)
    fail('the packages could not be installed; the lines above say why')
  }
  writeFileSync(stamp, wanted)
}

/** Their compiler takes a second and a half. */
function compileAssemblyWhenChanged() {
  for (const [source, compiled] of Object.entries(assemblies)) {
    if (changedAt(compiled) > changedAt(source)) continue
    const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory']
    runTool(['asc', path.join(root, source), '--outFile', path.join(root, compiled), ...options])
  }
}

/** The dashboard's page, for browsers. */
function bundlePageWhenChanged() {
  const folder = 'services/dashboard'
  const bundled = path.join(folder, 'dist', 'page', 'index.html')
  const folders = [`${folder}/page`, 'packages/reporter/src/charts']
  const sources = folders.flatMap((of) => readdirSync(path.join(root, of)).map((name) => path.join(of, name)))
  const modules = ['packages/events/src/kinds.ts', 'packages/reporter/src/headlines.ts']
  const inputs = [...sources, ...modules, `${folder}/vite.config.ts`, 'pnpm-lock.yaml']
  if (changedAt(bundled) > Math.max(...inputs.map(changedAt))) return
  runTool(['vite', 'build', '--config', path.join(root, folder, 'vite.config.ts')])
}

function changedAt(file) {
  return statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function runTool([name, ...toolArgs]) {
  const { status, signal, error } = spawnSync(path.join(root, 'node_modules', '.bin', name), toolArgs, {
    cwd: root,
    stdio: 'inherit',
  })
  if (error) fail(`cannot run ${name}: ${error.message}`)
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1))
}

/** Which servers the tests run on. */
async function chooseInfra() {
  const { chooseInfra } = await import(pathToFileURL(path.join(root, 'infra/dist/containers/choose-infra.js')).href)
  try {
    process.env.INFRA = await chooseInfra(process.env)
  } catch (error) {
    fail([error.message, error.hint].filter(Boolean).join('; '))
  }
}

/** What `npm run up` has started is the default of every command that needs a server. */
function useRunningServers() {
  if (process.env.KAFKA_BROKERS || process.env.CLICKHOUSE_URL) return
  const description = readIfThere(path.join(root, '.caretally', 'servers.json'))
  if (description === undefined) return
  const { pid, kafka, clickhouse } = JSON.parse(description)
  if (!isRunning(pid)) return
  const isUsual = (process.env.CLICKHOUSE_DATABASE || 'caretally') === 'caretally' // the only one that the roles know
  // who counts people in the raw events reads pseudonyms
  const role = command === 'report' && args.includes('--exact') ? 'operate' : roleOf[command]
  const user = (isUsual && clickhouse.users?.[role]) || clickhouse
  const defaults = {
    KAFKA_BROKERS: kafka.brokers.join(','),
    CLICKHOUSE_URL: clickhouse.url,
    CLICKHOUSE_USER: user.username,
    CLICKHOUSE_PASSWORD: user.password,
    MEMBER_PSEUDONYM_KEY: readIfThere(path.join(root, '.caretally', 'pseudonym-key')) ?? '',
  }
  for (const [name, value] of Object.entries(defaults)) {
    if (!process.env[`${name}_FILE`]) process.env[name] ||= value
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function fail(message) {
  process.stderr.write(`caretally: ${message}\n`)
  process.exit(1)
}
