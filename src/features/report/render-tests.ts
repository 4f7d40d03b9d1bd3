import type { ControlTests, ReportedException, Tests } from '../../rules/report/model.js'
import { longDate } from '../../rules/report/phrases.js'
import type { ReportModel } from '../../rules/report.js'
import { composed, foreign, type Html, html } from './html.js'
import { passages, sectionHeading, texts } from './parts.js'
import { additionalTables } from './render-frameworks.js'

/** Section IV: series, then criterion, then each control that serves it. */
export function testsSection({ tests, cover }: ReportModel): Html {
  const isType2 = cover.kind === 'SOC 2 Type 2'
  const series = [...new Set(tests.criteria.map((criterion) => criterion.series))]
  return html`<section class="part" id="section-4" aria-labelledby="heading-4">
${sectionHeading(4, tests.title)}
${passages(tests.passages)}
${series.map(
  (name) => html`<h3>${name}</h3>
${tests.criteria.filter((criterion) => criterion.series === name).map((criterion) => criterionTests(criterion, tests, isType2))}`,
)}
${elsewhere(tests, isType2)}
${additionalTables(tests.additionalCriteria)}
</section>`
}

function criterionTests(criterion: Tests['criteria'][number], tests: Tests, isType2: boolean): Html {
  const { code, title, notApplicable, controlRefs, exceptionNumbers } = criterion
  const heading = html`<h4 id="${`criterion-${code}`}">${code} ${title}</h4>`
  if (notApplicable !== null) return html`${heading}<p>Not applicable: ${foreign(notApplicable)}</p>`
  return html`${heading}
${exceptionsOf(exceptionNumbers, tests)}
${controlRefs.length > 0 ? controlBlocks(controlRefs, tests, isType2) : html`<p class="quiet">No control is related to this criterion.</p>`}`
}

/** What no criterion in scope leads to must be shown all the same. */
function elsewhere(tests: Tests, isType2: boolean): Html | null {
  const { controlRefs, exceptionNumbers } = tests.elsewhere
  if (controlRefs.length + exceptionNumbers.length === 0) return null
  return html`<h3>Not related to a single criterion</h3>
<h4>Other controls and exceptions</h4>
${exceptionsOf(exceptionNumbers, tests)}
${controlBlocks(controlRefs, tests, isType2)}`
}

// A block of its own for each control, and not rows of one large table: printed pages then break between controls.
function controlBlocks(refs: readonly string[], tests: Tests, isType2: boolean): Html[] {
  const controls = refs.flatMap((ref) => tests.controls.filter((control) => control.ref === ref))
  return controls.map(
    (control) => html`<div class="control">
<h5>${control.ref} ${foreign(control.title)}</h5>
<p>${foreign(control.description)}</p>
<p class="meta">${control.performedBy === null ? null : html`Performed by ${foreign(control.performedBy)}, a subservice organization. `}${control.frequency}.${control.operated === null ? null : ` ${control.operated}`}${control.notTested === null ? null : ` ${control.notTested}`}</p>
${control.populations.map((text) => html`<p class="meta">${composed(text)}</p>`)}
${isType2 ? testTable(control, tests) : null}
${exceptionsOf(control.exceptionNumbers, tests)}
</div>`,
  )
}

function testTable(control: ControlTests, tests: Tests): Html {
  if (control.tests.length === 0) return html`<p class="quiet">No test is recorded.</p>`
  return html`<table class="tests">
<caption>Tests of ${control.ref}</caption>
<thead><tr><th scope="col" class="test">Test performed</th><th scope="col">Result</th></tr></thead>
<tbody>${control.tests.map(
    ({ nature, subject, description, personsAsked, extent, result, exceptionNumbers }) => html`
<tr><td><p><span class="ref">${nature}.</span> ${foreign(description)}</p>${meta(subject && `${subject}.`)}${meta(personsAsked && html`Asked: ${foreign(personsAsked)}`)}${meta(extent)}</td>
<td>${result === null ? null : html`<p>${composed(result)}</p>`}${exceptionsOf(exceptionNumbers, tests)}</td></tr>`,
  )}</tbody>
</table>`
}

const meta = (text: Html | string | null): Html | null =>
  text === null || text === '' ? null : html`<p class="meta">${text}</p>`

function exceptionsOf(numbers: readonly number[], { exceptions }: Tests): Html[] {
  return numbers.flatMap((number) => exceptions.filter((own) => own.number === number).map(exceptionBlock))
}

function exceptionBlock(exception: ReportedException): Html {
  const { ref, kindName, title, testedCount, deviations, attributes, failedFrom, failedTo } = exception
  const extent = [
    ...(testedCount === null ? [] : [`Items tested: ${testedCount}.`]),
    ...(deviations === null ? [] : [`Deviations: ${deviations}.`]),
    ...attributes.map((one) => `Attribute ${one.letter}: ${one.deviations} of ${one.testedCount}.`),
    ...(failedFrom === null
      ? []
      : [`${failedTo ? 'From' : 'Since'} ${longDate(failedFrom)}${failedTo ? ` to ${longDate(failedTo)}` : ''}.`]),
  ].join(' ')
  return html`<div class="exception">
<p><span class="ref">Exception ${ref}: ${foreign(title)}</span></p>
<p class="meta">${kindName}.${extent === '' ? null : ` ${extent}`}</p>
${texts(exception.paragraphs)}
</div>`
}
