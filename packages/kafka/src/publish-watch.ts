/** Told of what a publisher does, as it goes. */
export interface PublishWatch {
  /** So many bytes were taken in and are not all acknowledged: of records before compression, of encoded batches after it. */
  outstanding: (bytes: number) => void
  /** It is a batch's turn: it is sent until it is acknowledged, or until the publisher gives up, as its caller is told. */
  begin(): BatchWatch
}

export interface BatchWatch {
  /** All in-sync replicas have the batch; the last send, with what kafkajs did inside it, took so long. */
  acknowledged(duration_ms: number): void
  /** A send was not acknowledged. The batch is sent again, unless the publisher gives up. */
  failed(error: unknown): void
}
