import type { Servers } from '@caretally/infra'
import { CaretallyError } from '@caretally/runtime'

/** Rejects when one of the servers ends by itself; never resolves. Not for when one of them is about to be stopped. */
export async function failWhenEnded(servers: Servers, directory: string): Promise<never> {
  const { name } = await servers.firstEnded()
  throw new CaretallyError('server_ended', `${name} ended by itself`, { hint: `its log is in ${directory}` })
}
