export { chooseInfra, type Infra } from './choose-infra.ts'
export { type ContainerServers, startContainers } from './start-containers.ts'
export { startTlsClickHouse, type TlsClickHouse } from './start-tls-clickhouse.ts'
