// Free of Node, so that a browser can import it.

/** The metrics that a health system publishes of a year, in the order in which they are shown; the tables have all. */
export const HEADLINES: readonly string[] = [
  'digital_interactions',
  'mobile_login_share',
  'telehealth_visits',
  'messages_exchanged',
  'prescriptions_refilled',
  'lab_results_viewed',
]
