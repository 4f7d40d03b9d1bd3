import type { OpinionPart } from '../../rules/report/model.js'
import { longDate } from '../../rules/report/phrases.js'
import type { ReportModel } from '../../rules/report.js'
import { composed, foreign, type Html, html } from './html.js'
import { passages, sectionHeading } from './parts.js'

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

/** Section II. */
export function assertionSection({ assertion, cover }: ReportModel): Html {
  const { document } = assertion
  const signed = document
    ? html`<div class="signature">
<p class="firm">The management of ${foreign(cover.client)}</p>
<p>Signed assertion dated ${longDate(document.datedOn)}, obtained from ${foreign(document.obtainedFrom)}.</p>
<p>File ${foreign(document.fileName)}, SHA-256 <span class="digest">${document.sha256}</span></p>
</div>`
    : html`<p class="quiet">The signed assertion is not obtained yet.</p>`
  return html`<section class="part" id="section-2" aria-labelledby="heading-2">
${sectionHeading(2, assertion.title)}
${passages(assertion.passages)}
${signed}
</section>`
}
