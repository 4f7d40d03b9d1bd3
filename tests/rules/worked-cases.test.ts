import { describe, expect, it } from 'vitest'
import { checkConclusion } from '../../src/rules/conclusions.js'
import { evaluate } from '../../src/rules/evaluation.js'
import { checkException, type ExceptionAccount } from '../../src/rules/exceptions.js'
import { checkJudgment } from '../../src/rules/materiality.js'
import { proposeOpinion } from '../../src/rules/opinion.js'
import { decidedOpinion } from '../../src/rules/opinion-decision.js'
import type { ExceptionForOpinion } from '../../src/rules/opinion-places.js'
import { checkProcedureOutcome } from '../../src/rules/outcomes.js'
import { recommendedSize } from '../../src/rules/sampling.js'
import { type SamplingRow, shippedRows } from '../../src/rules/sampling-table.js'
import { upperDeviationLimit } from '../../src/rules/upper-limit.js'
import { draftWording, wordingFaults } from '../../src/rules/wording.js'
import { refusalOf } from '../support/refusals.js'

/**
 * Whole cases, from the sample to the opinion, through the rules alone. Counts follow examples that are public in the
 * teaching of the profession; names, and all that no example gives, are invented.
 */
const TYPE_2 = {
  engagementKind: 'SOC2_TYPE_2',
  frequency: 'PER_EVENT',
  nature: 'MANUAL',
  exceptions: 0,
  testedCount: 25,
  supportsReliance: true,
  withoutPopulation: false,
  reliesOn: [],
  fellDue: null,
} as const
const items = { tested: 25, all: false }
const finished = { aspects: ['OPERATION'], methods: ['INSPECTION'], state: 'REVIEWED', items } as const
const design = { ...finished, aspects: ['DESIGN'], outcome: 'NO_EXCEPTIONS' } as const
const sample = {
  basis: 'STATISTICAL',
  method: 'RANDOM',
  outstandingCount: 0,
  explainedCount: 0,
  acceptedCount: null,
  recommendedSize: 22,
  applicableCount: 25,
  isExtended: false,
  tolerableRate: 0.1,
} as const
const opinionOn = (...exceptions: ExceptionForOpinion[]) =>
  proposeOpinion({ kind: 'SOC2_TYPE_2', categories: ['SECURITY'], exceptions })
const concluded = (ref: string, criterion: string, judgment: ExceptionForOpinion['judgment']): ExceptionForOpinion => ({
  id: ref,
  ref,
  kind: 'OPERATING_DEVIATION',
  state: 'CONCLUDED',
  criteriaCodes: [criterion],
  judgment,
})
const notMaterial = { material: false, pervasive: false }
const material = { material: true, pervasive: false }

describe('Leavers, minor: 2 of 20 accounts stayed active for 5 and 7 days', () => {
  const account: ExceptionAccount = {
    kind: 'OPERATING_DEVIATION',
    category: 'OPERATING_INEFFECTIVENESS',
    cause: 'HUMAN_ERROR',
    causeNote: 'HR gave notice late',
    criteria: ['CC6.2'],
    controlRef: 'AC-01',
    expectedOperation: 'Accounts are disabled on the last working day',
    condition: 'Two accounts stayed active for 5 and 7 days',
    testedCount: 20,
    deviations: 2,
    deviatingItems: ['leaver-09', 'leaver-31'],
    deviatedOn: [],
    occurrenceLabels: [],
    expectedOccurrences: null,
    attributeCounts: [],
    sampleExtensions: [],
    failedFrom: '2025-02-03',
    failedTo: '2025-08-20',
    potentialImpact: 'Access by people who left',
    evidence: 'WP 6.2-1',
  }

  it('does not support reliance by statistics: 24.5 % at 90 %, 28.3 % at 95 %', () => {
    const counts = { ...sample, populationSize: 64, testedCount: 20, deviationCount: 2 }
    expect(evaluate({ ...counts, confidence: 0.9 })).toMatchObject({
      upperDeviationLimit: 0.245,
      supportsReliance: false,
    })
    expect(evaluate({ ...counts, confidence: 0.95 })).toMatchObject({
      upperDeviationLimit: 0.283,
      supportsReliance: false,
    })
  })

  it('is an exception with its figures and days, which the response cannot take away', () => {
    expect(() => checkException(account)).not.toThrow()
    const wording = draftWording(account)
    expect(wording).toContain('Of 20 items tested, 2 deviated. Two accounts stayed active for 5 and 7 days.')
    expect(wordingFaults(wording.replace('2 deviated', '1 deviated'), account)).not.toEqual([])
  })

  it('leaves the opinion unqualified only with a compensating control that was tested and found effective', () => {
    const judgment = {
      ...notMaterial,
      factors: [
        { factor: 'COMPENSATING_CONTROLS' as const, note: 'The access log is reviewed weekly; no use was found.' },
      ],
      rationale: 'The risk was covered throughout.',
      paperCount: 1,
    }
    expect(refusalOf(() => checkJudgment(judgment)).at).toEqual(['compensatingControlIds'])
    const compensating = [{ ref: 'AC-07', faults: [] }]
    expect(() => checkJudgment(judgment, compensating, true)).not.toThrow()
    expect(refusalOf(() => checkJudgment({ ...judgment, paperCount: 0 }, compensating, true)).at).toEqual([
      'restsOnIds',
    ])
    expect(opinionOn(concluded('EX-1', 'CC6.2', notMaterial)).overall).toBe('UNQUALIFIED')
  })
})

describe('Leavers, severe: 5 of 25, up to two weeks, nothing compensates', () => {
  it('has an upper limit of 34.0 % at 90 % and 37.6 % at 95 %', () => {
    const found = { sampleSize: 25, deviationCount: 5 }
    expect(upperDeviationLimit({ ...found, confidence: 0.9 })).toBe(0.34)
    expect(upperDeviationLimit({ ...found, confidence: 0.95 })).toBe(0.376)
  })

  it('qualifies the opinion on operation and leaves description and design unmodified', () => {
    const proposal = opinionOn(concluded('EX-1', 'CC6.2', material))
    expect(proposal.conclusions.map(({ subjectMatter, type }) => [subjectMatter, type])).toEqual([
      ['DESCRIPTION', 'UNQUALIFIED'],
      ['SUITABILITY_OF_DESIGN', 'UNQUALIFIED'],
      ['OPERATING_EFFECTIVENESS', 'QUALIFIED'],
    ])
    expect(proposal.overall).toBe('QUALIFIED')
  })
})

describe('Training: 2 of 25 new hires not trained within 30 days', () => {
  it('is neither passed by its 92 % nor adverse by itself: the figures are shown and a person decides', () => {
    const evaluation = evaluate({ ...sample, populationSize: 120, testedCount: 25, deviationCount: 2, confidence: 0.9 })
    expect(evaluation).toMatchObject({ observedRate: 0.08, upperDeviationLimit: 0.2, supportsReliance: false })
    expect(opinionOn(concluded('EX-1', 'CC1.4', null))).toMatchObject({ complete: false, overall: 'UNQUALIFIED' })
    expect(
      refusalOf(() =>
        decidedOpinion(opinionOn(concluded('EX-1', 'CC1.4', null)), {
          conclusions: [],
          rationale: null,
          paperCount: 0,
        }),
      ).code,
    ).toBe('NOT_READY')
    expect(opinionOn(concluded('EX-1', 'CC1.4', notMaterial)).overall).toBe('UNQUALIFIED')
  })

  it('needs a rationale and the papers it rests on to be concluded effective', () => {
    const procedures = [design, { ...finished, outcome: 'EXCEPTIONS' as const }]
    const effective = { design: 'SUITABLE', operation: 'EFFECTIVE', rationale: null, restsOn: [] } as const
    const against = { ...TYPE_2, exceptions: 1, supportsReliance: false, procedures }
    expect(refusalOf(() => checkConclusion(effective, against)).at).toEqual(['rationale'])
    const spoken = { ...effective, rationale: 'All were trained within 60 days.' }
    expect(refusalOf(() => checkConclusion(spoken, against)).at).toEqual(['restsOnIds'])
    expect(() => checkConclusion({ ...spoken, restsOn: ['a paper'] }, against)).not.toThrow()
  })
})

describe('An unsigned agreement (1 of 10) and missing patches (3 of 30)', () => {
  it('may leave the opinion alone, or qualify it for the patches', () => {
    const agreement = concluded('EX-1', 'CC1.1', notMaterial)
    expect(opinionOn(agreement, concluded('EX-2', 'CC7.1', notMaterial)).overall).toBe('UNQUALIFIED')
    const qualified = opinionOn(agreement, concluded('EX-2', 'CC7.1', material))
    expect(qualified.overall).toBe('QUALIFIED')
    const grounds = qualified.conclusions[2]?.reasons.filter(({ leadsTo }) => leadsTo === 'QUALIFIED')
    expect(grounds?.map(({ refs, criteriaCodes }) => [refs, criteriaCodes])).toEqual([[['EX-2'], ['CC7.1']]])
  })
})

describe('No incidents in the period', () => {
  it('is a result of its own: nothing is drawn, the absence is checked, no exception, unqualified', () => {
    const nothing = { deviations: 0, exceptions: 0, populationSize: 0, outstandingCount: 0 }
    const event = { aspects: ['OPERATION'], frequency: 'PER_EVENT', fellDue: null } as const
    const found = { ...nothing, ...event, sampleMissing: true, absenceChecked: null }
    const row = shippedRows.find(({ frequency }) => frequency === 'PER_EVENT') as SamplingRow
    const table = { basis: 'FREQUENCY_TABLE', row } as const
    expect(refusalOf(() => recommendedSize({ ...table, populationSize: 0 })).at).toEqual(['populationSize'])
    expect(refusalOf(() => checkProcedureOutcome('NO_EXCEPTIONS', found)).at).toEqual(['outcome'])
    expect(refusalOf(() => checkProcedureOutcome('NOT_OPERATED', found)).at).toEqual(['outcome'])
    const absenceChecked = 'Queried the ticket system for incidents; asked the head of operations.'
    expect(() => checkProcedureOutcome('NOT_OPERATED', { ...found, absenceChecked })).not.toThrow()

    const procedures = [design, { ...finished, items: null, outcome: 'NOT_OPERATED' as const }]
    const notOperated = { design: 'SUITABLE', operation: 'NOT_OPERATED', rationale: null, restsOn: [] } as const
    expect(() => checkConclusion(notOperated, { ...TYPE_2, procedures })).not.toThrow()
    expect(opinionOn()).toMatchObject({ overall: 'UNQUALIFIED', complete: true })
  })
})

describe('A population of changes that cannot be shown to be complete', () => {
  const limitation = (judgment: ExceptionForOpinion['judgment']): ExceptionForOpinion => ({
    ...concluded('EX-1', 'CC8.1', judgment),
    kind: 'SCOPE_LIMITATION',
  })

  it('is a scope limitation: qualified when material, a disclaimer when pervasive too', () => {
    expect(opinionOn(limitation(material)).overall).toBe('QUALIFIED')
    expect(opinionOn(limitation({ material: true, pervasive: true })).overall).toBe('DISCLAIMER')
  })

  it('leaves the control as unable to test, with a rationale', () => {
    const procedures = [design, { ...finished, items: null, outcome: 'UNABLE_TO_TEST' as const }]
    const unable = {
      design: 'SUITABLE',
      operation: 'UNABLE_TO_TEST',
      rationale: 'Tickets were lost in a migration.',
      restsOn: [],
    } as const
    expect(() => checkConclusion(unable, { ...TYPE_2, procedures })).not.toThrow()
    expect(
      refusalOf(() => checkConclusion({ ...unable, operation: 'EFFECTIVE' }, { ...TYPE_2, procedures })).at,
    ).toEqual(['operation'])
  })
})
