import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import process from 'node:process'

/**
 * Runs the server, which reads the same standard input as the guard: a pipe that nobody ever writes to. It closes when the
 * parent closes it or ends, however that happens. Then the guard sends the server the signal $1, and SIGKILL when it is still
 * there after $2 seconds; so the server outlives its parent by no more than that. SIGUSR1 kills the server at once. The guard
 * ends when the server has ended, and takes its own helpers with it.
 */
const GUARD = `
signal=$1 seconds_max=$2
shift 2
asked=
end_in_order() {
  trap : TERM INT HUP
  asked=$signal
  kill -"$signal" $server
  (
    seconds=0
    while [ "$seconds" -lt "$seconds_max" ]; do sleep 1; seconds=$((seconds + 1)); done
    kill -KILL "$server"
  ) &
}
kill_now() { asked=KILL; kill -KILL $server; }
server=
trap kill_now USR1
exec 3<&0 4>&2 2>/dev/null
"$@" <&3 3<&- 2>&4 4>&- &
server=$!
exec 4>&-
trap end_in_order TERM INT HUP
if [ -n "$asked" ]; then kill -"$asked" "$server"; fi
( while read -r _; do :; done <&3; kill -TERM $$ ) &
exec 3<&-
while kill -0 "$server"; do wait "$server"; done
trap '' TERM
kill -TERM 0
wait
`

/** For a server that ends by itself when its standard input closes; any other is sent SIGTERM. */
const NO_SIGNAL = '0'

export interface ServerCommand {
  command: string
  args: string[]
  /** Added to this process's environment. */
  env?: Record<string, string>
  endsWithItsInput: boolean
  /** How long the server may take to end in order before it is killed. */
  stop_s_max: number
  /** Standard output and error are appended here. */
  logFile: string
}

export interface ServerProcess {
  /** Of the guard, which leads the server's process group. */
  readonly pid: number
  /** Resolves when the server and its guard have ended, for whatever reason. */
  readonly ended: Promise<void>
  hasEnded(): boolean
  /** Ends the server in order, or after `stop_s_max` the hard way; resolves when it has ended. */
  stop(): Promise<void>
  /** SIGKILL; resolves when the server has ended. */
  kill(): Promise<void>
}

/**
 * Starts a server that cannot outlive this process, even when this one is killed. It gets a session of its own, so a Ctrl-C in
 * the terminal reaches only us, and we end things in the right order.
 */
export function spawnServer({
  command,
  args,
  env,
  endsWithItsInput,
  stop_s_max,
  logFile,
}: ServerCommand): ServerProcess {
  const log = openSync(logFile, 'a', 0o600)
  const signal = endsWithItsInput ? NO_SIGNAL : 'TERM'
  const child = spawn('sh', ['-c', GUARD, 'guard', signal, String(stop_s_max), command, ...args], {
    detached: true,
    stdio: ['pipe', log, log],
    env: { ...process.env, ...env },
  })
  closeSync(log)
  child.stdin?.on('error', () => {}) // the server has ended first: `ended` tells

  let hasEnded = false
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      hasEnded = true
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  const pid = child.pid ?? 0

  return {
    pid,
    ended,
    hasEnded: () => hasEnded,
    stop: async () => {
      child.stdin?.end()
      await ended
    },
    kill: async () => {
      child.kill('SIGUSR1')
      await ended
    },
  }
}
