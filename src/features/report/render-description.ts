import type { Description } from '../../rules/report/model.js'
import type { ReportModel } from '../../rules/report.js'
import { capitalized, isolated, sentence } from '../../rules/text.js'
import { composed, foreign, type Html, html } from './html.js'
import { sectionHeading, texts } from './parts.js'

/** Section III. What is kept as lists stands under the description criterion that asks for it. */
export function descriptionSection({ description }: ReportModel): Html {
  return html`<section class="part" id="section-3" aria-labelledby="heading-3">
${sectionHeading(3, description.title)}
${description.sections.map(({ criterion, heading, paragraphs }) => {
  const list = listsUnder(description)[criterion] ?? null
  const nothing = paragraphs.length === 0 && list === null
  return html`<h3>${heading} (${criterion})</h3>
${nothing ? html`<p class="quiet">Nothing is stated under this criterion.</p>` : texts(paragraphs)}${list}`
})}
</section>`
}

const listsUnder = (description: Description): Record<string, Html | null> => ({
  DC2: commitments(description),
  DC6: userEntityControls(description),
  DC7: subserviceOrganizations(description),
  DC8: notApplicable(description),
})

function userEntityControls({ userEntityControls: controls }: Description): Html | null {
  if (controls.length === 0) return null
  return complementary('Controls that user entities apply', controls)
}

const kindsOfCommitment: Readonly<Record<Description['commitments'][number]['kind'], string>> = {
  SERVICE_COMMITMENT: 'Service commitment',
  SYSTEM_REQUIREMENT: 'System requirement',
}

function commitments({ commitments: stated }: Description): Html | null {
  if (stated.length === 0) return null
  return html`<table class="matrix">
<caption>Principal service commitments and system requirements</caption>
<thead><tr><th scope="col" class="code">Reference</th><th scope="col">Statement</th><th scope="col" class="code">Criteria</th></tr></thead>
<tbody>${stated.map(
    ({ ref, kind, text, criteria }) =>
      html`<tr><th scope="row" class="ref">${ref}</th><td><p>${kindsOfCommitment[kind]}. ${foreign(text)}</p></td><td>${criteria.length === 0 ? 'All' : criteria.join(', ')}</td></tr>`,
  )}</tbody>
</table>`
}

function complementary(caption: string, controls: Description['userEntityControls']): Html {
  return html`<table class="matrix">
<caption>${composed(caption)}</caption>
<thead><tr><th scope="col" class="code">Reference</th><th scope="col">Control</th><th scope="col" class="code">Criteria</th><th scope="col" class="code">Complements</th></tr></thead>
<tbody>${controls.map(
    ({ ref, text, criteria, controlRefs }) =>
      html`<tr><th scope="row" class="ref">${ref}</th><td><p>${foreign(text)}</p></td><td>${criteria.join(', ')}</td><td>${controlRefs.join(', ')}</td></tr>`,
  )}</tbody>
</table>`
}

function subserviceOrganizations({ subserviceOrganizations: organizations }: Description): Html | null {
  if (organizations.length === 0) return null
  return html`${organizations.map(
    ({ name, service, method, complementaryControls }) => html`<h4>${foreign(name)}</h4>
<p>${foreign(capitalized(sentence(service)))} ${method === 'CARVE_OUT' ? 'Carved out: the description leaves its controls out.' : 'Included: the description covers its controls.'}</p>
${complementaryControls.length > 0 ? complementary(`Controls expected of ${isolated(name)}`, complementaryControls) : null}`,
  )}`
}

function notApplicable({ notApplicable: criteria }: Description): Html | null {
  if (criteria.length === 0) return null
  return html`<table class="matrix">
<caption>Criteria that do not apply to the system</caption>
<thead><tr><th scope="col" class="code">Criterion</th><th scope="col">Subject</th><th scope="col">Reason</th></tr></thead>
<tbody>${criteria.map(
    ({ code, title, reason }) =>
      html`<tr><th scope="row" class="ref">${code}</th><td>${title}</td><td><p>${foreign(reason)}</p></td></tr>`,
  )}</tbody>
</table>`
}
