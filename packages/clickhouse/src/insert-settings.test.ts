import { expect, test } from 'vitest'

import { INSERT_SETTINGS } from './insert-settings.ts'

/** Most have a test against a server, too; it cannot tell all of them apart, since some agree with today's defaults. */
test('every insert states the settings that counting exactly once depends on', () => {
  expect(INSERT_SETTINGS).toMatchObject({
    async_insert: 0,
    insert_deduplicate: 1,
    deduplicate_blocks_in_dependent_materialized_views: 1,
    materialized_views_ignore_errors: 0,
    max_insert_threads: '1',
    input_format_parallel_parsing: 0,
  })
})
