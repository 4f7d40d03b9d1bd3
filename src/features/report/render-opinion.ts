import type { IncludedAssertion, OpinionPart } from '../../rules/report/model.js'
import { longDate } from '../../rules/report/phrases.js'
import type { ReportModel } from '../../rules/report.js'
import { composed, foreign, type Html, html } from './html.js'
import { passages, sectionHeading, texts } from './parts.js'

/** Section I. */
export function auditorsSection({ auditorsReport, cover, issue }: ReportModel): Html {
  const { opinion } = auditorsReport
  return html`<section class="part" id="section-1" aria-labelledby="heading-1">
${sectionHeading(1, auditorsReport.title)}
<p>${composed(auditorsReport.addressee)}</p>
${passages(auditorsReport.passages)}
<h3>${opinion?.heading ?? 'Opinion'}</h3>
${opinion ? opinion.parts.map(opinionPart) : html`<p class="quiet">No opinion is decided yet.</p>`}
${passages(auditorsReport.closing)}
<div class="signature">
<p class="firm">${foreign(cover.firm)}</p>
<p>${foreign(cover.city)}</p>
<p>${issue ? longDate(issue.date) : 'Not signed, not dated'}</p>
</div>
</section>`
}

/** A lead-in with its clauses, lettered through all parts. */
function opinionPart({ leadIn, conclusions }: OpinionPart): Html {
  const end = (at: number) => (at === conclusions.length - 1 ? '.' : at === conclusions.length - 2 ? '; and' : ';')
  const [first] = conclusions
  return html`<p class="lead-in">${composed(leadIn)}</p>
<ol class="opinion" type="a" start="${(first?.letter.charCodeAt(0) ?? 97) - 96}">${conclusions.map(({ text }, at) => html`<li>${composed(`${text}${end(at)}`)}</li>`)}</ol>`
}

/** Section II: management's words and names, then those of included subservice organizations. */
export function assertionSection({ assertion, cover }: ReportModel): Html {
  const { paragraphs, signature, included } = assertion
  const signed = signature
    ? html`<div class="signature">
<p class="firm">The management of ${foreign(cover.client)}</p>${signature.signers.map(
        ({ name, title }) => html`
<p>${foreign(name)}, ${foreign(title)}</p>`,
      )}
<p>${longDate(signature.datedOn)}</p>
</div>`
    : html`<p class="quiet">Management has not signed its assertion yet.</p>`
  return html`<section class="part" id="section-2" aria-labelledby="heading-2">
${sectionHeading(2, assertion.title)}
${texts(paragraphs)}
${signed}
${included.map(includedAssertion)}
</section>`
}

function includedAssertion({ organization, title, paragraphs, given }: IncludedAssertion): Html {
  const signed = given
    ? html`<div class="signature">
<p class="firm">The management of ${foreign(organization)}</p>
<p>${foreign(given.by)}</p>
<p>${longDate(given.datedOn)}</p>
</div>`
    : html`<p class="quiet">The management of ${foreign(organization)} has not given its assertion yet.</p>`
  return html`<h3>${composed(title)}</h3>
${texts(paragraphs)}
${signed}`
}
