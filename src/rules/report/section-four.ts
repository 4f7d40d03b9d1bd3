import type { ReportedExtension } from '../deviations.js'
import { isLive } from '../exceptions.js'
import { aspectNames } from '../procedures.js'
import { isolated } from '../text.js'
import {
  controlFrequencies,
  type ProcedureAspect,
  type ProcedureMethod,
  procedureMethods,
  type SelectionMethod,
  words,
} from '../vocabulary.js'
import { extended } from '../wording.js'
import type { ControlFacts, ExceptionFacts, ProcedureFacts, ReportFacts, SampleFacts } from './facts.js'
import { additional, additionalCriteria, howAdditionalIsTold } from './frameworks.js'
import type { ControlTests, Passage, ReportedException, Tests } from './model.js'
import {
  exceptionKindNames,
  exceptionRef,
  joined,
  longDate,
  methodNames,
  type Phrases,
  paragraphsOf,
  passage,
} from './phrases.js'
import { daysTold, populationsInWords } from './populations.js'
import { internalAuditPassages } from './work-of-others.js'

/**
 * Every exception that was confirmed and counts is reported, material or not, in the order of their numbers: neither one that was
 * withdrawn nor a misstatement that management corrected.
 */
export function reportedExceptions(facts: ReportFacts): ExceptionFacts[] {
  return facts.exceptions
    .filter((exception) => exception.state !== 'DRAFT' && isLive(exception))
    .toSorted((a, b) => a.number - b.number)
}

/** Section IV: the criteria, the controls that serve them, how these were tested and what came of it. */
export function tests(facts: ReportFacts, phrases: Phrases): Tests {
  const exceptions = reportedExceptions(facts)
  const refs = new Set(facts.controls.map(({ ref }) => ref))
  const withoutControl = exceptions.filter(({ controlRef }) => controlRef === null || !refs.has(controlRef))
  const applicable = new Set(facts.criteria.filter((c) => c.notApplicable === null).map(({ code }) => code))
  const nowhere = (codes: readonly string[]) => !codes.some((code) => applicable.has(code))
  return {
    title: titleOf(facts, phrases),
    passages: approach(facts, phrases),
    criteria: facts.criteria.map(({ code, category, series, title, notApplicable }) => {
      const serving = ({ criteria }: { criteria: readonly string[] }) =>
        notApplicable === null && criteria.includes(code)
      return {
        code,
        category,
        series,
        title,
        notApplicable,
        controlRefs: facts.controls.filter(serving).map(({ ref }) => ref),
        exceptionNumbers: withoutControl.filter(serving).map(({ number }) => number),
      }
    }),
    additionalCriteria: additionalCriteria(facts),
    controls: facts.controls.map((control) => controlTests(control, facts, exceptions, phrases)),
    exceptions: exceptions.map(reportedException),
    elsewhere: {
      controlRefs: facts.controls.filter(({ criteria }) => nowhere(criteria)).map(({ ref }) => ref),
      exceptionNumbers: withoutControl.filter(({ criteria }) => nowhere(criteria)).map(({ number }) => number),
    },
  }
}

function titleOf(facts: ReportFacts, { isType2 }: Phrases): string {
  const criteria = `Trust services criteria${additional(facts).length === 0 ? '' : ', additional criteria'}`
  return isType2 ? `${criteria}, related controls, tests of controls and results` : `${criteria} and related controls`
}

function controlTests(
  control: ControlFacts,
  facts: ReportFacts,
  exceptions: readonly ExceptionFacts[],
  { isType2 }: Phrases,
): ControlTests {
  const { ref, title, description, frequency, performedBy } = control
  // A Type 1 reports no tests: it concludes on the design alone.
  const procedures = isType2 ? facts.procedures.filter(({ controlRef }) => controlRef === ref) : []
  const onControl = exceptions.filter(({ controlRef }) => controlRef === ref)
  const tested = new Set(procedures.map((procedure) => procedure.ref))
  return {
    ref,
    title,
    description,
    frequency: controlFrequencies[frequency].replace(/\.$/, ''),
    performedBy,
    operated: operatedInWords(control, facts.engagement.period),
    notTested: isType2 ? notTestedInWords(control, procedures) : null,
    // As with the tests themselves: a Type 1 reports none.
    populations: isType2 ? populationsInWords(control, facts.engagement.period) : [],
    tests: procedures.map((procedure) =>
      testOf(
        procedure,
        onControl.filter(({ procedureRef }) => procedureRef === procedure.ref),
      ),
    ),
    exceptionNumbers: onControl
      .filter(({ procedureRef }) => procedureRef === null || !tested.has(procedureRef))
      .map(({ number }) => number),
  }
}

/** Only what lies within the period is said of a Type 2; as of a date a control operates or is none. */
function operatedInWords(
  { operatedFrom, operatedTo, replaces, retiredOn }: ControlFacts,
  period: ReportFacts['engagement']['period'],
): string | null {
  const from = period && operatedFrom !== null && operatedFrom > period.start ? ` from ${longDate(operatedFrom)}` : ''
  const to = period && operatedTo !== null && operatedTo < period.end ? ` until ${longDate(operatedTo)}` : ''
  const inPlaceOf = replaces === null ? '' : ` in place of ${replaces}`
  const sentences = [
    ...(from + to + inPlaceOf === '' ? [] : [`It operated${inPlaceOf}${from}${to}.`]),
    ...(retiredOn === null ? [] : [`It was tested until it was retired on ${longDate(retiredOn)}.`]),
  ]
  return sentences.length === 0 ? null : sentences.join(' ')
}

/** That a Type 2 says nothing of a control's operation, and why: a test of an unsuitable design would show nothing. */
function notTestedInWords({ design }: ControlFacts, procedures: readonly ProcedureFacts[]): string | null {
  if (procedures.some(({ aspects }) => aspects.includes('OPERATION'))) return null
  const why = design === 'UNSUITABLE' ? ': its design was found not to be suitable' : ''
  return `The operating effectiveness of this control was not tested${why}.`
}

function testOf(procedure: ProcedureFacts, exceptions: readonly ExceptionFacts[]): ControlTests['tests'][number] {
  const { ref, aspects, methods, description, personsAsked } = procedure
  return {
    ref,
    aspects: [...aspects],
    subject: subjectOf(aspects),
    methods: [...methods],
    nature: natureOf(methods),
    description,
    personsAsked,
    extent: extentOf(procedure, exceptions.length > 0),
    result: exceptions.length > 0 ? null : resultOf(procedure),
    exceptionNumbers: exceptions.map(({ number }) => number),
  }
}

/** `Inquiry and inspection` */
function natureOf(methods: readonly ProcedureMethod[]): string {
  const [first = '', ...others] = methods.map((method) => methodNames[method])
  return joined([first, ...others.map((name) => name.toLowerCase())])
}

/** A test of operation alone is what the section is about; any other is named as what it is. */
function subjectOf(aspects: readonly ProcedureAspect[]): string | null {
  if (aspects.every((aspect) => aspect === 'OPERATION')) return null
  return `Test of ${joined(aspects.map((aspect) => aspectNames[aspect]))}`
}

/** How much was tested, or which days a test covers in place of a population. Figures are given where exceptions are reported: that is where their extent matters to users. */
function extentOf({ sample, outcome, covers }: ProcedureFacts, withFigures: boolean): string | null {
  if (covers) return `It covers the time ${daysTold(covers)}.`
  if (!sample || outcome === 'NOT_OPERATED') return null
  const all = sample.method === 'ENTIRE_POPULATION'
  return [tested(sample, all, withFigures), ...sample.extensions.flatMap(dilutionOf)].join(' ')
}

function tested({ tested: count, populationSize }: SampleFacts, all: boolean, withFigures: boolean): string {
  if (!withFigures) return all ? 'All items of the population were tested.' : 'A sample of the population was tested.'
  return all
    ? `All ${count} items of the population were tested.`
    : `A sample of ${count} of the ${populationSize} items of the population was tested.`
}

/** An extension that no plan allowed is told whether or not deviations were found. */
const dilutionOf = ({ kind, sizeBefore, sizeAfter }: ReportedExtension): string[] =>
  kind === 'DILUTION' ? [`${extended(sizeBefore, sizeAfter)}, which was not planned before it was drawn.`] : []

function resultOf({ outcome, outcomeNote }: ProcedureFacts): string {
  const note = outcomeNote ? ` ${isolated(outcomeNote.trim())}` : ''
  switch (outcome) {
    case 'NO_EXCEPTIONS':
      return 'No exceptions noted.'
    case 'NOT_OPERATED':
      return `The control did not operate during the period, so that its operation could not be tested.${note}`
    case 'UNABLE_TO_TEST':
      return `Sufficient appropriate evidence could not be obtained.${note}`
    case 'EXCEPTIONS':
      return 'Exceptions noted; they are not yet confirmed.'
    case null:
      return 'The test is not completed.'
  }
}

function reportedException(exception: ExceptionFacts): ReportedException {
  const { number, kind, title, controlRef, criteria, testedCount, deviations, failedFrom, failedTo } = exception
  const attributes = exception.attributeCounts.length < 2 ? [] : exception.attributeCounts
  return {
    number,
    ref: exceptionRef(number),
    kind,
    kindName: exceptionKindNames[kind],
    title,
    controlRef,
    criteria: [...criteria],
    paragraphs: paragraphsOf(exception.sectionFourText),
    testedCount,
    deviations,
    attributes: attributes.map(({ deviationCount, ...counted }) => ({ ...counted, deviations: deviationCount })),
    failedFrom,
    failedTo,
  }
}

function approach(facts: ReportFacts, phrases: Phrases): Passage[] {
  const { client, isType2 } = phrases
  const theirs = facts.controls.some(({ performedBy }) => performedBy !== null)
    ? ', and where it says so of a subservice organization that the description includes'
    : ''
  const responsibility =
    `The trust services criteria below are those in scope. Their headings are short names; the criteria themselves are those of TSP section 100, which Section I names. The controls are those of ${client}${theirs}, in the words of its ` +
    'management. A control that serves several criteria is shown under each of them.'
  if (!isType2) {
    return [
      passage('How to read this section', [
        `${responsibility} This is a report as of a date: it reports no tests of operating effectiveness.`,
      ]),
      ...howAdditionalIsTold(facts),
    ]
  }
  const used = words(procedureMethods).filter((method) =>
    facts.procedures.some(({ methods }) => methods.includes(method)),
  )
  return [
    passage('How to read this section', [
      `${responsibility} The tests and their results are ours, the service auditor’s.`,
    ]),
    ...howAdditionalIsTold(facts),
    passage(
      'How we tested',
      used.length > 0 ? ['Each test names its nature. We use these words:'] : [],
      used.map((method) => `${methodNames[method]}: ${methodMeanings[method]}`),
    ),
    ...samplingApproach(facts),
    ...internalAuditPassages(facts, phrases),
    passage('How results are reported', [
      'Every exception is reported here, whether or not it modifies our opinion, with the number of items tested and the number and nature of the deviations; where several attributes failed, for each. A period of failure is stated only where we established one. “No exceptions noted” means that the test found none. A control that did not operate during the period is reported as such, with how we checked that nothing called for it.',
    ]),
  ].filter(({ paragraphs, points }) => paragraphs.length + points.length > 0)
}

const methodMeanings = {
  INQUIRY: 'we asked the persons who perform or oversee the control; never as the only test of operation.',
  OBSERVATION: 'we watched the control being performed, which shows how it operates at that moment.',
  INSPECTION: 'we examined records, documents or system settings for signs that the control operated.',
  REPERFORMANCE: 'we performed the control ourselves and compared the outcome.',
} as const

function samplingApproach(facts: ReportFacts): Passage[] {
  const samples = facts.procedures.flatMap(({ sample }) => (sample ? [sample] : []))
  if (samples.length === 0) return []
  const some = (...methods: SelectionMethod[]) => samples.some(({ method }) => methods.includes(method))
  const paragraphs = [
    'Where a control acts on many items, we obtained the list of all items in the period, checked that it was complete and accurate, and fixed it before we selected from it, so that it could not change afterwards.',
  ]
  if (samples.some(({ basis, method }) => basis === 'FREQUENCY_TABLE' && method !== 'ENTIRE_POPULATION')) {
    paragraphs.push(
      'Sample sizes follow our firm’s methodology, by how often the control operates and by the risk that it does not.',
    )
  }
  if (samples.some(({ basis, method }) => basis === 'STATISTICAL' && method !== 'ENTIRE_POPULATION')) {
    paragraphs.push(
      'Some sample sizes were computed from a confidence level, a tolerable and an expected rate of deviation.',
    )
  }
  if (samples.some(({ basis, method }) => basis === 'JUDGMENT' && method !== 'ENTIRE_POPULATION')) {
    paragraphs.push('Some sample sizes were set by our judgment.')
  }
  if (some('RANDOM', 'SYSTEMATIC', 'STRATIFIED')) {
    paragraphs.push(
      'Items were selected by a method that leaves no choice to the auditor and that can be repeated from our records with the same outcome.',
    )
  }
  if (some('HAPHAZARD', 'BLOCK', 'TARGETED')) {
    paragraphs.push(
      'Some samples were picked by the auditor. They are not statistical: their results are not projected to all items.',
    )
  }
  if (some('ENTIRE_POPULATION')) paragraphs.push('Where the test says so, every item of the population was tested.')
  return [passage('How we sampled', paragraphs)]
}
