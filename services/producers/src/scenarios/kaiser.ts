import type { Kind } from '@caretally/events'

import type { Scenario, Shape } from '../scenario.ts'

/**
 * Kaiser Permanente's portal in 2015 and 2016, after the figures that it published for 2016.
 *
 * What is published: 516,000 interactions a day in 2015 and 678,000 in 2016 (times 365 and 366 days, the sums below); the
 * refills, lab results and secure messages of both years; 61 % of the visits to the portal in 2016 from a mobile device;
 * "nearly 110 million" interactions in 2015 in a narrower sense, with the web at 52 %; 10.7 million members in eight
 * states and the District of Columbia. All else is our assumption, and marked so.
 */
export const kaiserScenario: Scenario = {
  name: 'kaiser',
  years: new Map([
    [
      2015,
      {
        totals: {
          login: 78_440_000, // assumption: what is left of 188,340,000
          telehealth: 27_700_000, // assumption: makes all but logins 109.9 million, the "nearly 110 million"
          message: 22_300_000,
          refill: 19_400_000,
          lab_view: 40_500_000,
        },
        // Assumption, all of it. All but logins together have 48.0 % mobile, so 52 % web.
        mobileShares: { login: 0.55, telehealth: 0.56, message: 0.45, refill: 0.44, lab_view: 0.46 },
      },
    ],
    [
      2016,
      {
        totals: {
          login: 120_948_000, // assumption: what is left of 248,148,000
          telehealth: 36_400_000, // assumption: 31.4 % more, like all interactions
          message: 23_600_000,
          refill: 21_800_000,
          lab_view: 45_400_000,
        },
        // Published for logins (61 %); assumption for the others: 6 points more than in 2015, like logins.
        mobileShares: { login: 0.61, telehealth: 0.62, message: 0.51, refill: 0.5, lab_view: 0.52 },
      },
    ],
  ]),

  // 10.7 million is published; how many live where is an assumption.
  members: new Map([
    ['CA', 8_400_000],
    ['CO', 650_000],
    ['OR', 400_000],
    ['MD', 330_000],
    ['GA', 270_000],
    ['HI', 250_000],
    ['VA', 230_000],
    ['WA', 110_000],
    ['DC', 60_000],
  ]),

  // Assumption: the most active 1 % of the members make 22 % of the interactions, the most active 10 % make 46 %.
  activitySkew: 3,

  shapes: makeShapes(),

  // Assumption: what is published counts prescriptions and results, so one event is one of them.
  drawPrescriptions: () => 1,
  drawResults: () => 1,
}

/** Assumption: visits and messages follow office hours, the rest follows the patients' own day. */
function makeShapes(): Record<Kind, Shape> {
  const atOffice: Shape = {
    weekdays: [1.2, 1.15, 1.1, 1.05, 1, 0.45, 0.35],
    holiday: 0.4,
    growth: 1.1,
    hours: [1, 1, 1, 1, 1, 2, 5, 14, 45, 70, 78, 72, 55, 62, 70, 66, 52, 34, 24, 18, 14, 9, 5, 2],
  }
  const atHome: Shape = {
    weekdays: [1.15, 1.12, 1.08, 1.04, 0.98, 0.72, 0.7],
    holiday: 0.6,
    growth: 1.1,
    hours: [8, 5, 3, 3, 4, 9, 20, 36, 52, 62, 65, 62, 60, 56, 54, 52, 52, 50, 50, 54, 56, 48, 32, 17],
  }
  return { login: atHome, telehealth: atOffice, message: atOffice, refill: atHome, lab_view: atHome }
}
