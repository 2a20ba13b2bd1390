import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import {
  type ClickHouseUsers,
  LOCAL_USERNAME,
  makePassword,
  passwordHashes,
  readOrCreateUsers,
} from './clickhouse-users.ts'
import { choosePort, HOST, type PortWish } from './free-port.ts'
import { createLocalServer, type LocalServer } from './local-server.ts'
import { readOrCreate } from './state-files.ts'

const CONFIG_FILE = fileURLToPath(new URL('../clickhouse/config.xml', import.meta.url))

/** Always the compiled one: it runs on a bare Node. */
const PROCESS_FILE = fileURLToPath(new URL('../dist/clickhouse-process.js', import.meta.url))

const ANSWER_MS_MAX = 2_000

/**
 * The engine ends at once when it has no connections. Otherwise it waits 5 s for them to close, idle ones too, and no setting
 * changes that; since what it has acknowledged survives a kill, we do not wait as long.
 */
const STOP_S_MAX = 2

export interface ClickHouseOptions {
  /** Holds the data, the log and the password. Started again on it, ClickHouse has the tables it had. */
  directory: string
  port?: PortWish | undefined
  signal?: AbortSignal | undefined
}

export interface ClickHouse extends LocalServer {
  /** `http://host:port` */
  readonly url: string
  /** The user of development and tests, who may do everything on databases. */
  readonly username: string
  /** Made at random when the directory was first used. */
  readonly password: string
  /** Holds the password and nothing else; only its owner can read it. */
  readonly passwordFile: string
  /** The users of the database `caretally`, each of whom may do one kind of work and nothing else. */
  readonly users: ClickHouseUsers
}

/**
 * Starts a real ClickHouse. Resolves when it answers a query of its user.
 *
 * @throws {CaretallyError} `port_taken`, `server_not_started`; nothing is left running then
 */
export async function startClickHouse({ directory, port: wish, signal }: ClickHouseOptions): Promise<ClickHouse> {
  const port = await choosePort(wish, '--clickhouse-port')
  const url = `http://${HOST}:${port}`
  const passwordFile = path.join(directory, 'password')
  const password = await readOrCreate(passwordFile, makePassword)
  const users = await readOrCreateUsers(directory)

  const server = createLocalServer({
    name: 'ClickHouse',
    command: {
      command: process.execPath,
      args: [PROCESS_FILE, CONFIG_FILE, path.join(directory, 'data'), HOST, String(port)],
      env: passwordHashes(users, password),
      endsWithItsInput: true,
      stop_s_max: STOP_S_MAX,
      logFile: path.join(directory, 'clickhouse.log'),
    },
    answers: async () => await answersQuery(url, password),
  })
  await server.start(signal)
  return { ...server, url, username: LOCAL_USERNAME, password, passwordFile, users }
}

/** We leave no idle connection behind. */
const CLOSE = { Connection: 'close' }

/** Whether the server answers /ping, and a query with this password, which no other server has. */
async function answersQuery(url: string, password: string): Promise<boolean> {
  const signal = AbortSignal.timeout(ANSWER_MS_MAX)
  const ping = await fetch(`${url}/ping`, { headers: CLOSE, signal })
  if ((await ping.text()) !== 'Ok.\n') return false
  const headers = { ...CLOSE, 'X-ClickHouse-User': LOCAL_USERNAME, 'X-ClickHouse-Key': password }
  const query = await fetch(url, { method: 'POST', body: 'SELECT 1', headers, signal })
  return (await query.text()) === '1\n'
}
