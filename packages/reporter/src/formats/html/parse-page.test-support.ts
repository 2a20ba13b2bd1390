import { type DefaultTreeAdapterTypes, parse } from 'parse5'

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

export interface Page {
  /** Each element with the names of its attributes, in the order of the file. */
  elements: Element[]
}

/** A page as a browser reads it. */
export function parsePage(text: string): Page {
  return { elements: collectElements(parse(text)) }
}

export function elementsOf({ elements }: Page, name: string): Element[] {
  return elements.filter(({ tagName }) => tagName === name)
}

/** The text of an element and of all within it, with single blanks between words. */
export function textOf(node: Node): string {
  return collectText(node).replace(/\s+/g, ' ').trim()
}

export function attributeOf({ attrs }: Element, name: string): string | undefined {
  return attrs.find((attribute) => attribute.name === name)?.value
}

function collectElements(node: Node): Element[] {
  const children = 'childNodes' in node ? node.childNodes.flatMap(collectElements) : []
  return 'tagName' in node ? [node, ...children] : children
}

function collectText(node: Node): string {
  if (node.nodeName === '#text') return 'value' in node ? node.value : ''
  return 'childNodes' in node ? node.childNodes.map(collectText).join('') : ''
}
