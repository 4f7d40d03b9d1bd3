import type { BlockerCode } from './blocker-codes.js'
import { subjectMattersOf } from './opinion-places.js'
import { type Blocker, Refusal } from './refusal.js'
import type { ReportFacts } from './report/facts.js'
import { additional, criteriaNamed } from './report/frameworks.js'
import type { Cover, ReportModel } from './report/model.js'
import { modifiedSubjects, reportedConclusions } from './report/opinion.js'
import { categoryNames, type Phrases, phrasesOf } from './report/phrases.js'
import { responses } from './report/section-five.js'
import { tests } from './report/section-four.js'
import { auditorsReport } from './report/section-one.js'
import { description } from './report/section-three.js'
import { assertion } from './report/section-two.js'

export type { ReportFacts } from './report/facts.js'
export type { ReportModel } from './report/model.js'

/**
 * Composes the report, sections I to V, from what was recorded. It invents nothing: every figure is one of the facts,
 * every text is one of the facts or a fixed sentence. The same facts give the same model.
 *
 * @returns a draft when `facts.issue` is null
 * @throws {Refusal} INVALID_INPUT for a readiness engagement, which has no report; NOT_READY when a report to be issued
 *   lacks an opinion, part of one, the basis of a modified one, or management's assertion
 */
export function composeReport(facts: ReportFacts): ReportModel {
  if (facts.engagement.kind === 'READINESS') {
    throw new Refusal('INVALID_INPUT', 'A readiness engagement is a rehearsal; it never has a report.')
  }
  const phrases = phrasesOf(facts)
  if (facts.issue) refuseUnfinished(facts)
  const sectionFive = responses(facts, phrases)
  return {
    modelVersion: 7,
    issue: facts.issue && { number: facts.issue.number, date: facts.issue.date },
    cover: cover(facts, phrases),
    auditorsReport: auditorsReport(facts, phrases, sectionFive !== null),
    assertion: assertion(facts, phrases),
    description: description(facts, phrases),
    tests: tests(facts, phrases),
    responses: sectionFive,
  }
}

function cover({ client, engagement, firm }: ReportFacts, { isType2 }: Phrases): Cover {
  return {
    client: client.name,
    system: engagement.systemName,
    kind: isType2 ? 'SOC 2 Type 2' : 'SOC 2 Type 1',
    categories: [...engagement.categories],
    categoryNames: engagement.categories.map((category) => categoryNames[category]),
    period: engagement.period && { start: engagement.period.start, end: engagement.period.end },
    asOf: engagement.asOf,
    firm: firm.name,
    city: firm.city,
    restriction: 'Restricted use: only for those named in Section I under “Restricted use”.',
  }
}

function refuseUnfinished(facts: ReportFacts): void {
  const missing: Blocker[] = []
  const lacks = (code: BlockerCode, message: string) => missing.push({ code, message, node: null })
  const { opinion } = facts
  if (!opinion) lacks('OPINION_MISSING', 'No opinion was decided.')
  else {
    for (const subject of subjectMattersOf(facts.engagement.kind)) {
      const own = opinion.conclusions.filter(({ subjectMatter }) => subjectMatter === subject)
      const open = facts.engagement.categories.filter(
        (category) => !own.some((conclusion) => conclusion.category === category),
      )
      for (const category of open) lacks('OPINION_INCOMPLETE', `No conclusion on ${subject} for ${category}.`)
    }
    for (const subject of modifiedSubjects(reportedConclusions(facts, opinion))) {
      if (opinion.bases.some(({ subjectMatter, text }) => subjectMatter === subject && text.trim() !== '')) continue
      lacks('BASIS_MISSING', `The modified opinion on ${subject} needs the paragraphs that give its basis.`)
    }
  }
  for (const framework of additional(facts)) {
    if (!framework.opinion) lacks('OPINION_MISSING', `No opinion was decided based on ${criteriaNamed(framework)}.`)
  }
  if (!facts.assertion) lacks('ASSERTION_MISSING', 'Management’s signed assertion was not obtained.')
  if (missing.length > 0) {
    throw new Refusal('NOT_READY', 'The report cannot be issued as it stands.', [], { blockers: missing })
  }
}
