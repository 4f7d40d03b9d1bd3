import { createHash } from 'node:crypto'
import { longDate } from '../../rules/report/phrases.js'
import type { ReportModel } from '../../rules/report.js'
import { isolated } from '../../rules/text.js'
import { composed, foreign, Html, html } from './html.js'
import { sectionName } from './parts.js'
import { descriptionSection } from './render-description.js'
import { assertionSection, auditorsSection } from './render-opinion.js'
import { responsesSection } from './render-responses.js'
import { testsSection } from './render-tests.js'
import { styleSheet } from './style.js'

/** What lets a reader check an issued report: digests of the model and of the trail when the report was issued. */
export interface ReportProof {
  /** SHA-256 over `canonicalJson(model)`, as lower-case hex. */
  sha256: string
  /** Position and hash of the last entry of the engagement's trail. */
  trailPosition: number
  trailHash: string
  /** The signed checkpoint of that place in the trail, as one line; null for reports issued before there were any. */
  checkpoint: string | null
}

/**
 * Renders a report as one HTML document: no script, nothing loaded from elsewhere, for the screen and for paper.
 * @param proof null for a draft. Without a proof, or without a number and a date in the model, the document is marked
 *   as a draft on the screen and on every printed page.
 */
export function renderReport(model: ReportModel, proof: ReportProof | null): string {
  const isDraft = model.issue === null || proof === null
  const style = styleSheet(model, isDraft)
  // The style is allowed by its digest, so that no other one and no attribute can take effect.
  const digest = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`
  const { cover } = model
  const title = `${isDraft ? 'Draft: ' : ''}${cover.kind} report on ${isolated(cover.system)}, ${isolated(cover.client)}`
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#section-1">Skip to the auditor’s report</a>
${isDraft ? draftMarks : null}
<div class="paper">
${coverPage(model, isDraft)}
${contents(model)}
<main>
${auditorsSection(model)}
${assertionSection(model)}
${descriptionSection(model)}
${testsSection(model)}
${model.responses ? responsesSection(model.responses) : null}
</main>
${isDraft ? draftEnd : verification(model, proof)}
</div>
</body>
</html>
`
  return document.source
}

const draftMarks = html`<p class="draft" role="status">Draft. This report is not issued: do not rely on it and do not pass it on.</p>
<div class="watermark" aria-hidden="true">DRAFT</div>`

function coverPage({ cover, issue }: ReportModel, isDraft: boolean): Html {
  const coverage = cover.period
    ? html`<dt>Period</dt><dd>${longDate(cover.period.start)} to ${longDate(cover.period.end)}</dd>`
    : html`<dt>As of</dt><dd>${cover.asOf ? longDate(cover.asOf) : null}</dd>`
  const issued =
    issue && !isDraft
      ? html`<dt>Report number</dt><dd>${issue.number}</dd><dt>Report date</dt><dd>${longDate(issue.date)}</dd>`
      : html`<dt>Status</dt><dd>Draft, not issued</dd>`
  return html`<header class="cover">
<p class="kind sans">${cover.kind} report</p>
<h1>${foreign(cover.client)}</h1>
<p class="system">${foreign(cover.system)}</p>
<dl class="facts">
<dt>Categories</dt><dd>${cover.categoryNames.join(', ')}</dd>
${coverage}
${issued}
<dt>Service auditor</dt><dd>${foreign(cover.firm)}, ${foreign(cover.city)}</dd>
</dl>
<p class="restriction">${cover.restriction}</p>
</header>`
}

function contents(model: ReportModel): Html {
  const titles = [model.auditorsReport, model.assertion, model.description, model.tests, model.responses]
  const entries = titles.flatMap((section, at) => (section ? [{ at: at + 1, title: section.title }] : []))
  return html`<nav aria-labelledby="contents">
<h2 id="contents">Contents</h2>
<ol>${entries.map(
    ({ at, title }) => html`
<li><a href="${`#section-${at}`}"><span class="part sans">${sectionName(at)}</span> ${composed(title)}</a></li>`,
  )}
</ol>
</nav>`
}

function verification({ issue }: ReportModel, proof: ReportProof): Html {
  return html`<footer aria-labelledby="verify">
<h2 id="verify">How to verify this report</h2>
<p>The firm’s system keeps this report as data and a log of the engagement in which each entry holds the hash of the one before it. Anybody who has the data of the report can compute its SHA-256, over the JSON with its keys sorted and no white space, and compare it with the one below. A report with other content has another digest.</p>
<dl class="facts">
<dt>Report number</dt><dd>${issue?.number ?? null}</dd>
<dt>Report date</dt><dd>${issue ? longDate(issue.date) : null}</dd>
<dt>SHA-256 of the report</dt><dd class="digest">${proof.sha256}</dd>
<dt>Entry in the log</dt><dd>${proof.trailPosition}</dd>
<dt>Hash of that entry</dt><dd class="digest">${proof.trailHash}</dd>
${proof.checkpoint ? html`<dt>Signed checkpoint of the log</dt><dd class="digest">${proof.checkpoint}</dd>` : null}
</dl>
</footer>`
}

const draftEnd = html`<footer aria-labelledby="verify">
<h2 id="verify">Not issued</h2>
<p>This draft has no number, no date and no digest. An issued report shows here how it can be verified.</p>
</footer>`
