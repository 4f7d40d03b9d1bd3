import type { Passage } from '../../rules/report/model.js'
import { composed, foreign, type Html, html } from './html.js'

/** @param number from 1 to 5 */
export const sectionName = (number: number): string => `Section ${['I', 'II', 'III', 'IV', 'V'][number - 1]}`

export function sectionHeading(number: number, title: string): Html {
  return html`<h2 id="${`heading-${number}`}"><span class="part">${sectionName(number)}</span> ${composed(title)}</h2>`
}

/** Paragraphs and lists under headings of level 3. */
export const passages = (list: readonly Passage[]): Html[] =>
  list.map(
    ({ heading, paragraphs, points }) => html`<h3>${composed(heading)}</h3>
${sentences(paragraphs)}${points.length > 0 ? html`<ul>${points.map((point) => html`<li>${composed(point)}</li>`)}</ul>` : null}`,
  )

/** Paragraphs of the service's own sentences. */
const sentences = (paragraphs: readonly string[]): Html[] => paragraphs.map((text) => html`<p>${composed(text)}</p>`)

/** Paragraphs that people of the firm or of the client wrote. */
export const texts = (paragraphs: readonly string[]): Html[] => paragraphs.map((text) => html`<p>${foreign(text)}</p>`)
