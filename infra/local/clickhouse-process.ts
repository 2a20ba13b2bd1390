/**
 * The process that is the local ClickHouse: it loads the engine that the package `chdb` ships and runs it until its standard
 * input closes. The call blocks, so nothing else can happen in this process.
 *
 * Arguments: the configuration file, the data directory, the address and port of the
 * HTTP interface. The hashes of the users' passwords are in the environment (clickhouse-users.ts); the engine reads them itself,
 * because the files of users say so.
 *
 * Nothing of ours is imported, and `process` is the global one: an import of `node:process` anywhere touches `process.stdin`, which
 * makes the pipe non-blocking, and the engine would take the first empty read for its end.
 */
import { libchdbPath } from 'chdb/libchdb'
import { DataType, isNullPointer, load, open } from 'ffi-rs'

const ENGINE = 'chdb'

const [configFile = '', dataDirectory = '', host = '', port = ''] = process.argv.slice(2)
open({ library: ENGINE, path: libchdbPath() })
const failure = runCommandLine([
  'clickhouse-local',
  `--config-file=${configFile}`,
  `--path=${dataDirectory}`,
  `--listen_host=${host}`,
  `--http_port=${port}`,
  '--input-format=LineAsString',
  // `table` is the standard input: the second statement ends when that does, and the engine with it. Queries that are
  // running get some 5 s to end.
  '--query=SYSTEM START LISTEN HTTP; SELECT * FROM table FORMAT Null',
])
if (failure !== undefined) {
  process.stderr.write(`${failure}\n`)
  process.exitCode = 1
}

/** Runs the engine with these arguments; returns the error it ended with, if any. */
function runCommandLine(args: string[]): string | undefined {
  const result = load({
    library: ENGINE,
    funcName: 'chdb_query_cmdline',
    retType: DataType.External,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [args.length, args],
  })
  const error = {
    library: ENGINE,
    funcName: 'chdb_result_error',
    paramsType: [DataType.External],
    paramsValue: [result],
  }
  if (isNullPointer(load({ ...error, retType: DataType.External }))) return undefined
  return load({ ...error, retType: DataType.String })
}
