import fc from 'fast-check'
import { expect, test } from 'vitest'

import { html, toText } from './html.ts'
import { attributeOf, elementsOf, parsePage, textOf } from './parse-page.test-support.ts'

test('a text stays a text, between tags and within an attribute, whatever it holds', () => {
  const anyText = fc.string({
    unit: fc.constantFrom('<', '>', '"', "'", '&', 'lt;', '/', '=', '-', '!', ']', 'a', 'ü'),
  })
  fc.assert(
    fc.property(anyText, (text) => {
      const page = parsePage(toText(html`<p title="${text}">${text}</p>`))
      const [paragraph] = elementsOf(page, 'p')
      expect(page.elements.map(({ tagName }) => tagName)).toEqual(['html', 'head', 'body', 'p'])
      expect(textOf(paragraph!)).toBe(text)
      expect(paragraph?.attrs).toEqual([{ name: 'title', value: attributeOf(paragraph!, 'title') }])
      expect(attributeOf(paragraph!, 'title')).toBe(text)
    }),
  )
})

test('html within html stays html', () => {
  const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`)
  expect(toText(html`${items}${html`<p>${1}</p>`}`)).toBe('<li>a</li>\n<li>&lt;b&gt;</li><p>1</p>')
})
