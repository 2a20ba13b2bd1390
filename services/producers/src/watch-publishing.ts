import type { PublishWatch } from '@caretally/kafka'

import type { PublishHealth } from './publish-health.ts'
import type { PublishMeter } from './publish-meter.ts'

/** Tells both of what a publisher does. */
export function watchPublishing(health: PublishHealth, meter: PublishMeter): PublishWatch {
  return {
    outstanding: meter.outstanding,
    begin() {
      const waiting = health.begin()
      return {
        acknowledged(duration_ms) {
          waiting.acknowledged()
          meter.acknowledged(duration_ms)
        },
        failed(error) {
          waiting.failed(error)
          meter.failed()
        },
      }
    },
  }
}
