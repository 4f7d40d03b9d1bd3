import type { ReportedResponse, Responses } from '../../rules/report/model.js'
import { longDate } from '../../rules/report/phrases.js'
import { foreign, type Html, html } from './html.js'
import { passages, sectionHeading } from './parts.js'
import { mappingTables } from './render-frameworks.js'

/** Section V: marked on the screen by a notice, and on paper on the margin of each of its pages. */
export function responsesSection({ title, notice, passages: about, responses, mappings }: Responses): Html {
  return html`<section class="part uncovered" id="section-5" aria-labelledby="heading-5">
${sectionHeading(5, title)}
<p class="notice">${notice}</p>
${passages(about)}
${responses.length === 0 ? null : html`<h3>Responses</h3>`}
${responses.map(responseBlock)}
${mappingTables(mappings)}
</section>`
}

function responseBlock(response: ReportedResponse): Html {
  const { exceptionNumber, exceptionRef, exceptionTitle, controlRef, submittedOn } = response
  return html`<article class="response" id="${`response-${exceptionNumber}`}" aria-labelledby="${`response-heading-${exceptionNumber}`}">
<h4 id="${`response-heading-${exceptionNumber}`}">Response to exception ${exceptionRef}: ${foreign(exceptionTitle)}${controlRef === null ? null : ` (${controlRef})`}</h4>
${submittedOn === null ? null : html`<p class="meta">Submitted by management on ${longDate(submittedOn)}.</p>`}
${body(response)}
</article>`
}

function body(response: ReportedResponse): Html {
  if (response.kind === 'DECLINED') {
    return html`<p>Management declined to respond. Its reason: ${written(response.reason)}</p>`
  }
  if (response.kind === 'NONE') {
    return html`<p>Management gave no response.${response.reason === null ? null : html` ${foreign(response.reason)}`}</p>`
  }
  return html`<dl class="facts">
${entry('Position', response.position)}
${entry('Acknowledgement', written(response.acknowledgement))}
${entry('Root cause', cause(response))}
${entry('Responsible', written(response.responsible))}
${entry('Target date', response.targetOn && longDate(response.targetOn))}
${entry('Prevention of recurrence', written(response.preventionOfRecurrence))}
</dl>
${remediation(response)}`
}

const entry = (name: string, text: Html | string | null): Html | null =>
  text === null ? null : html`<dt>${name}</dt><dd>${text}</dd>`

const written = (text: string | null): Html | null => (text === null || text === '' ? null : foreign(text))

function cause({ rootCauseCategory, rootCause }: ReportedResponse): Html | string | null {
  if (rootCauseCategory === null || rootCause === null) return rootCauseCategory ?? written(rootCause)
  return html`${rootCauseCategory}. ${foreign(rootCause)}`
}

function remediation({ exceptionRef, remediation: steps }: ReportedResponse): Html | null {
  if (steps.length === 0) return null
  return html`<table class="steps">
<caption>Remediation of exception ${exceptionRef}, as stated by management</caption>
<thead><tr><th scope="col">Step</th><th scope="col" class="owner">Owner</th><th scope="col" class="due">Due</th><th scope="col" class="done">Done</th></tr></thead>
<tbody>${steps.map(
    ({ action, owner, dueOn, done }) =>
      html`<tr><td><p>${foreign(action)}</p></td><td>${owner === null ? 'Not named' : foreign(owner)}</td><td>${dueOn === null ? 'Not dated' : longDate(dueOn)}</td><td>${done ? 'Yes' : 'No'}</td></tr>`,
  )}</tbody>
</table>`
}
