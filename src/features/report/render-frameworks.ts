import type { AdditionalCriteria, CriteriaMapping } from '../../rules/report/model.js'
import { composed, foreign, type Html, html } from './html.js'

/** Section IV: the criteria of further frameworks that the opinion covers, section by section, with the controls mapped to each. */
export const additionalTables = (frameworks: readonly AdditionalCriteria[]): Html[] =>
  frameworks.map(
    (framework) => html`<h3>Additional criteria: ${setName(framework)}</h3>
<p class="meta">Published by ${foreign(framework.publisher)}.</p>
${sectionsOf(framework).map(({ section, criteria }) => criteriaTable(framework, section, criteria))}`,
  )

const setName = ({ name, edition }: { name: string; edition: string }): Html =>
  html`${foreign(name)}, ${foreign(edition)}`

type Criterion = AdditionalCriteria['criteria'][number]

/** Criteria that follow each other in one section of the framework. */
function sectionsOf({ criteria }: AdditionalCriteria): { section: string | null; criteria: Criterion[] }[] {
  const sections: { section: string | null; criteria: Criterion[] }[] = []
  for (const criterion of criteria) {
    const last = sections.at(-1)
    if (last && last.section === criterion.section) last.criteria.push(criterion)
    else sections.push({ section: criterion.section, criteria: [criterion] })
  }
  return sections
}

const criteriaTable = (
  framework: AdditionalCriteria,
  section: string | null,
  criteria: readonly Criterion[],
): Html => html`<table class="matrix">
<caption>${section === null ? setName(framework) : foreign(section)}</caption>
<thead><tr><th scope="col" class="code">Criterion</th><th scope="col">What it is about</th><th scope="col" class="controls">Controls</th><th scope="col" class="outcome">Conclusion</th></tr></thead>
<tbody>${criteria.map(
  ({ code, title, text, controlRefs, conclusion, because }) => html`
<tr><th scope="row">${foreign(code)}</th><td><p>${foreign(title)}</p>${text === null ? null : html`<p class="meta">${foreign(text)}</p>`}</td><td>${controlRefs.length > 0 ? controlRefs.join(', ') : 'None'}</td><td><p>${conclusion}.</p>${because.map((sentence) => html`<p class="meta">${composed(sentence)}</p>`)}</td></tr>`,
)}</tbody>
</table>`

/** Section V: mappings that the opinion does not cover. */
export const mappingTables = (mappings: readonly CriteriaMapping[]): Html[] =>
  mappings.map(
    (mapping) => html`<h3>Mapping of controls to ${setName(mapping)}</h3>
<p class="meta">Published by ${foreign(mapping.publisher)}. Not examined: no opinion is expressed on whether the controls meet these criteria.</p>
<table class="matrix">
<caption>${setName(mapping)}</caption>
<thead><tr><th scope="col" class="code">Criterion</th><th scope="col">What it is about</th><th scope="col" class="controls">Controls</th></tr></thead>
<tbody>${mapping.criteria.map(
      ({ code, title, controlRefs }) => html`
<tr><th scope="row">${foreign(code)}</th><td>${foreign(title)}</td><td>${controlRefs.join(', ')}</td></tr>`,
    )}</tbody>
</table>`,
  )
