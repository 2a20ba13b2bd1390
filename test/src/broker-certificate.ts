import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

/** A key in the keystore and its certificate for 127.0.0.1, which vouches for itself. Returns the certificate's file. */
export async function makeCertificate({ file, password }: { file: string; password: string }): Promise<string> {
  const run = promisify(execFile)
  const store = ['-alias', 'broker', '-keystore', file, '-storetype', 'PKCS12', '-storepass', password]
  const about = ['-keyalg', 'EC', '-dname', 'CN=broker', '-ext', 'SAN=IP:127.0.0.1', '-validity', '1']
  await run('keytool', ['-genkeypair', ...store, ...about])
  const { stdout } = await run('keytool', ['-exportcert', '-rfc', ...store])
  const certificateFile = path.join(path.dirname(file), 'ca.pem')
  await writeFile(certificateFile, stdout)
  return certificateFile
}
