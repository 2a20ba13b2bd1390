import { HOST, makePassword, rootPath } from '@caretally/infra'

/** A ClickHouse of Debian's, 18.16, with TLS of its own. It is gone when it is disposed of. */
export interface TlsClickHouse extends AsyncDisposable {
  /** Where it answers HTTPS. */
  readonly url: string
  readonly username: string
  readonly password: string
  /** Where it answers, and does not speak TLS. */
  readonly plainUrl: string
  /** The certificate of its authority, in the PEM format, and another authority's of the same name. */
  readonly authority: string
  readonly otherAuthority: string
}

const IMAGE = 'caretally-tls-clickhouse:test'
const HTTPS_PORT = 8443
const TCP_PORT = 9000
const FOLDER = '/etc/clickhouse-server'
const OTHER_AUTHORITY =
  'openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=clickhouse -keyout /dev/null 2>/dev/null'

/**
 * Starts a ClickHouse that speaks TLS itself, as the settings say, with a certificate for 127.0.0.1 that is made at its start.
 *
 * It is the newest that a package registry has, and too old for our tables; what listens is ClickHouse's own HTTPS handler. The
 * version that docker-compose.yml names can speak TLS too, but not the engine that stands in for it where no image can be pulled.
 */
export async function startTlsClickHouse(settings: string): Promise<TlsClickHouse> {
  const [{ GenericContainer }, { LoopbackContainer }] = await Promise.all([
    import('testcontainers'), // takes half a second to load
    import('./loopback-container.ts'),
  ])
  await GenericContainer.fromDockerfile(rootPath('infra/containers/tls-clickhouse')).build(IMAGE, {
    deleteOnExit: false,
  })
  const password = makePassword()
  const container = await new LoopbackContainer(IMAGE)
    .withEnvironment({ CLICKHOUSE_PASSWORD: password })
    .withExposedPorts(HTTPS_PORT, TCP_PORT)
    .withCopyContentToContainer([{ content: settings, target: `${FOLDER}/config.d/tls.xml` }])
    .start()
  const output = async (...command: string[]) => (await container.exec(command)).output
  return {
    url: `https://${HOST}:${container.getMappedPort(HTTPS_PORT)}`,
    username: 'default',
    password,
    plainUrl: `http://${HOST}:${container.getMappedPort(TCP_PORT)}`,
    authority: await output('cat', `${FOLDER}/server.crt`),
    otherAuthority: await output('sh', '-c', OTHER_AUTHORITY),
    async [Symbol.asyncDispose]() {
      await container.stop()
    },
  }
}
