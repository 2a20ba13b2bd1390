export { type ClickHouse, type ClickHouseOptions, startClickHouse } from './clickhouse-server.ts'
export {
  type ClickHouseRole,
  type ClickHouseUsers,
  LOCAL_USERNAME,
  makePassword,
  passwordHashes,
  usersWith,
} from './clickhouse-users.ts'
export { choosePort, HOST, type PortWish } from './free-port.ts'
export { fetchKafkaJars } from './kafka-jars.ts'
export { type KafkaNode } from './kafka-node.ts'
export { type Kafka, type KafkaOptions, startKafka } from './kafka-server.ts'
export { keepServers, type KeepOptions, type KeptServers, stopServers } from './keeper-control.ts'
export { type LocalServer } from './local-server.ts'
export { checkRequirements, type RequirementsOptions } from './requirements.ts'
export { readRunningServers, type RunningServers, type ServersEnvironment, toEnvironment } from './running-servers.ts'
export { readStatus, type RunningStatus, type ServersStatus } from './server-status.ts'
export { rootPath } from './root-path.ts'
export { type ServerCommand, type ServerProcess, spawnServer } from './server-process.ts'
export { type Servers, type ServersOptions, startServers } from './servers.ts'
export { hasCode } from './state-files.ts'
