import { KINDS } from '@caretally/events/kinds'
import { expect, test } from 'vitest'

import { agoWord, changeSentence, changeWord, kindWord, meanWord, perDayWord, valueWord } from './words.ts'

test('figures have their unit’s form, and where there is none there is a dash, never a zero', () => {
  expect([valueWord(248_148, 'interactions'), valueWord(0.61, 'share')]).toEqual(['248,148', '61.0%'])
  expect([valueWord(null, 'share'), meanWord(null), perDayWord(null), changeWord(null)]).toEqual(['–', '–', '–', '–'])
})

test('daily means have one decimal where it says something', () => {
  expect([678, 99.5, 1234.5].map(meanWord)).toEqual(['678', '99.5', '1,235'])
  expect([678, 1234.5].map(perDayWord)).toEqual(['678.0', '1,234.5'])
})

test('changes have a sign in a column and a word in a sentence', () => {
  expect([31.4, -64, 0].map(changeWord)).toEqual(['+31.4%', '−64.0%', '0.0%'])
  expect([31.4, -64, 0].map((change) => changeSentence(change, 2015))).toEqual([
    'up 31.4% on 2015',
    'down 64.0% on 2015',
    'as in 2015',
  ])
})

test('a moment is told in the largest unit that fits, and never lies in the future', () => {
  const ago = [-5, 3, 300, 7_200, 172_800].map((seconds) => agoWord(0, seconds * 1_000))
  expect(ago).toEqual(['0 s ago', '3 s ago', '5 min ago', '2 h ago', '2 days ago'])
})

test('each kind has its words, and one that is not known keeps its name', () => {
  expect(KINDS.filter((kind) => kindWord(kind) === kind)).toEqual([])
  expect([kindWord('lab_view'), kindWord('<b>'), kindWord('constructor')]).toEqual([
    'Lab-result views',
    '<b>',
    'constructor',
  ])
})
