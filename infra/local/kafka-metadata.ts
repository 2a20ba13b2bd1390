import { connect } from 'node:net'

import { HOST } from './free-port.ts'

/** What a broker tells about its cluster. */
export interface KafkaMetadata {
  clusterId: string
  /** The ids of the brokers that are up, sorted. */
  brokers: number[]
  /** The names of all topics but Kafka's own. */
  topics: string[]
}

const METADATA_KEY = 3
const METADATA_VERSION = 2
const ALL_TOPICS = -1
const ANSWER_MS_MAX = 2_000
const RESPONSE_BYTES_MAX = 4 * 1024 * 1024

/**
 * Asks the broker on a port of this machine for its metadata. Rejects when it does not answer in time; until it is a working
 * member of its cluster, it is missing in its own answer.
 *
 * This one request is written by hand so that starting a server needs no Kafka client.
 */
export async function readKafkaMetadata(port: number): Promise<KafkaMetadata> {
  const socket = connect({ host: HOST, port })
  socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error('no answer in time')))
  try {
    socket.write(metadataRequest())
    let received = Buffer.alloc(0)
    const chunks: AsyncIterable<Buffer> = socket
    for await (const chunk of chunks) {
      received = Buffer.concat([received, chunk])
      if (received.length > RESPONSE_BYTES_MAX) throw new Error('the answer is too long')
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) return readResponse(received)
    }
    throw new Error('the broker closed the connection')
  } finally {
    socket.destroy()
  }
}

/** Length; API key, version, correlation id, no client id; all topics. */
function metadataRequest(): Buffer {
  const request = Buffer.alloc(18)
  request.writeInt32BE(request.length - 4, 0)
  request.writeInt16BE(METADATA_KEY, 4)
  request.writeInt16BE(METADATA_VERSION, 6)
  request.writeInt32BE(0, 8)
  request.writeInt16BE(-1, 12)
  request.writeInt32BE(ALL_TOPICS, 14)
  return request
}

function readResponse(response: Buffer): KafkaMetadata {
  let at = 8 // after length and correlation id
  const int8 = () => response.readInt8((at += 1) - 1)
  const int16 = () => response.readInt16BE((at += 2) - 2)
  const int32 = () => response.readInt32BE((at += 4) - 4)
  const text = () => {
    const length = Math.max(0, int16()) // −1 stands for null
    return response.toString('utf8', at, (at += length))
  }
  const list = <T>(item: () => T): T[] => Array.from({ length: int32() }, item)

  const brokers = list(() => ({ id: int32(), host: text(), port: int32(), rack: text() }))
  const clusterId = text()
  int32() // the controller
  const topics = list(() => {
    int16() // an error code
    const topic = { name: text(), isInternal: int8() !== 0 }
    list(() => [int16(), int32(), int32(), list(int32), list(int32)]) // partitions
    return topic
  })
  return {
    clusterId,
    brokers: brokers.map(({ id }) => id).sort((a, b) => a - b),
    topics: topics.filter(({ isInternal }) => !isInternal).map(({ name }) => name),
  }
}
