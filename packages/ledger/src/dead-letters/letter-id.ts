import { CaretallyError } from '@caretally/runtime'

/** Where a dead letter lay in the topic, which is also what it is called. */
export interface LetterId {
  partition: number
  offset: number
}

const PARTITION_MAX = 65_535
const ID_PATTERN = /^(0|[1-9]\d{0,4}):(0|[1-9]\d{0,15})$/

/** `3:1042` for offset 1042 of partition 3. */
export function formatLetterId({ partition, offset }: LetterId): string {
  return `${partition}:${offset}`
}

/** @throws {CaretallyError} `letter_id_invalid` for anything that {@link formatLetterId} does not write */
export function parseLetterId(text: string): LetterId {
  const [, partition, offset] = ID_PATTERN.exec(text) ?? []
  const id = { partition: Number(partition), offset: Number(offset) }
  if (id.partition <= PARTITION_MAX && Number.isSafeInteger(id.offset)) return id
  throw new CaretallyError('letter_id_invalid', 'that is not the ID of a dead letter', {
    hint: 'an ID is partition:offset, such as 3:1042',
  })
}
