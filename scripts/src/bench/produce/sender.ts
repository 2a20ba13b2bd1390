/** One program that fills a topic with the bench's events. */
export interface Sender {
  name: 'caretally' | 'performanceTool'
  /** What it is run by; it ends when all is acknowledged. */
  command: (
    brokers: readonly string[],
    topic: string,
  ) => { command: string; args: string[]; env: Record<string, string> }
}
