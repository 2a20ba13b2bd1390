import { NO_FIGURE } from './numbers.ts'

/** What a table says where something is suppressed. */
export const SUPPRESSED_NOTE = `${NO_FIGURE} stands for a count of 1 to 10 people, or for what would give such a count away.`
