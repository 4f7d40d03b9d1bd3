import { describe, expect, it } from 'vitest'
import { chain, judgmentsOf } from '../support/chain.js'
import { origin } from '../support/fieldwork.js'
import { type CaseControl, read, worked } from '../support/worked.js'
import { world } from '../support/world.js'

// Worked cases, each from planning to the report, by the people of a team: what the records must hold, what is refused without
// them, and what the report says. What the opinion becomes is a judgment: the tests show the way that leads there.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')

async function begun() {
  const work = await chain(a, client)
  return { work, step: worked(work, a) }
}

const kindsOf = async (engagementId: string) =>
  (await judgmentsOf(a.reviewer, engagementId)).nodes.map(({ kind }: { kind: string }) => kind)

/** The conclusions of the proposal that are modified. */
const modified = ({ conclusions }: any) =>
  conclusions
    .filter(({ opinion }: any) => opinion !== 'UNQUALIFIED')
    .map(({ subjectMatter, opinion }: any) => [subjectMatter, opinion])

/** Tries what must be refused; answers the refusals. Nothing moved. */
async function refused(act: () => Promise<any[]>): Promise<any[]> {
  const before = await w.digest()
  const errors = await act()
  expect(errors).not.toEqual([])
  expect(await w.digest()).toBe(before)
  return errors
}

const told = ({ model }: any) => JSON.stringify(model)

const leavers: CaseControl = {
  ref: 'AC-01',
  title: 'Access of leavers is removed',
  description: 'Accounts of people who leave are disabled within 1 day of their last day of work.',
  criteriaCodes: ['CC6.2'],
  attribute: 'The account was disabled within 1 day.',
}
const late = {
  title: 'Access of leavers removed late',
  condition: 'Two accounts stayed active for 5 and 7 days after the last day of work',
  potentialImpact: 'A person who left could have used the system',
  cause: 'HUMAN_ERROR',
  causeNote: 'The notice of leaving reached the service desk late',
}

const notMaterial = {
  material: false,
  pervasive: false,
  factors: [{ factor: 'RATE_AGAINST_TOLERABLE', note: 'Weighed with the rate that was found.' }],
  rationale: 'It would not influence those who rely on the report.',
}
const materialAlone = {
  material: true,
  pervasive: false,
  factors: [{ factor: 'RATE_AGAINST_TOLERABLE', note: 'The limit is far above the tolerable rate.' }],
  rationale: 'The control did not do what it says.',
}

describe('Leavers, minor: 2 of 20, five and seven days late', () => {
  it('does not support reliance, and ends unmodified only by a compensating control that was tested, acknowledged by two', async () => {
    const { work, step } = await begun()
    const test = await step.tested(leavers, { populationSize: 64, size: 20, seen: ['5 days late', '7 days late'] })
    expect(test.evaluation).toMatchObject({
      testedCount: 20,
      deviationCount: 2,
      observedRate: 0.1,
      upperDeviationLimit: 0.245,
      supportsReliance: false,
    })
    expect([await step.limitAt(0.9, 20, 2), await step.limitAt(0.95, 20, 2)]).toEqual([0.245, 0.283])
    const exceptionId = await step.reported(test, late)
    await step.signed(test.procedureId, 'EXCEPTIONS')
    await step.concludedAs(test.controlId, 'NOT_EFFECTIVE')
    const logs = {
      ref: 'AC-07',
      title: 'The log of access is reviewed',
      description: 'Each use of a disabled or leaving account is looked at by another person each week.',
      criteriaCodes: ['CC6.2'],
      attribute: 'The use of the account was looked at.',
      how: { type: 'DETECTIVE' },
    }
    const compensating = await step.tested(logs, { populationSize: 64, size: 30, seen: [] })
    const weigh = (more: object) => ({
      exceptionId,
      ...notMaterial,
      factors: [{ factor: 'COMPENSATING_CONTROLS', note: 'The log was reviewed; no use was found.' }],
      restsOnIds: [test.procedureId],
      ...more,
    })
    const tryTo = (more: object) =>
      refused(async () => (await a.manager.tryTo('decideMateriality', weigh(more))).errors)
    // Named by nobody; not tested to the end; itself; and tested, but with no paper that says so.
    expect(await tryTo({})).toMatchObject([{ code: 'INVALID_INPUT', path: ['compensatingControlIds'] }])
    expect(await tryTo({ compensatingControlIds: [compensating.controlId] })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['compensatingControlIds', '0'] },
    ])
    expect(await tryTo({ compensatingControlIds: [test.controlId] })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['compensatingControlIds', '0'] },
    ])
    await step.signed(compensating.procedureId, 'NO_EXCEPTIONS')
    await step.concludedAs(compensating.controlId, 'EFFECTIVE')
    const compensatingControlIds = [compensating.controlId]
    expect(await tryTo({ compensatingControlIds, restsOnIds: [] })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['restsOnIds'] },
    ])
    await work.startCompletion()
    const restsOnIds = [compensating.procedureId]
    await work.concluded(exceptionId, { ...weigh({ compensatingControlIds, restsOnIds }), exceptionId })
    expect(await kindsOf(work.engagementId)).toEqual(['NOT_MATERIAL_OVER_FIGURES'])
    expect(await work.proposal()).toMatchObject({ overall: 'UNQUALIFIED' })
    await work.together()
    await work.documents()
    await work.decided()
    const { engagementId } = work
    await work.change(a.reviewer, 'clearQualityReview', 'engagementId', engagementId)
    await work.dated()
    const unread = await refused(() => work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId))
    expect(unread).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'JUDGMENT_UNACKNOWLEDGED', node: exceptionId }] },
    ])
    await work.acknowledged()
    const report = read((await work.issue()).report)
    expect(told(report)).toContain('Of 20 items tested, 2 deviated. Two accounts stayed active for 5 and 7 days')
    expect(told(report)).toContain('The log of access is reviewed')
  })
})

describe('Leavers, severe: 5 of 25, up to two weeks, and nothing compensates', () => {
  it('qualifies the opinion on operation, and nothing else', async () => {
    const { work, step } = await begun()
    const seen = Array.from({ length: 5 }, (_, at) => `${10 + at} days late`)
    const test = await step.tested(leavers, { populationSize: 64, size: 25, seen })
    expect(test.evaluation).toMatchObject({ deviationCount: 5, upperDeviationLimit: 0.34, supportsReliance: false })
    expect(await step.limitAt(0.95, 25, 5)).toBe(0.376)
    const exceptionId = await step.reported(test, { ...late, condition: 'Accounts stayed active for up to 14 days' })
    await step.signed(test.procedureId, 'EXCEPTIONS')
    await step.concludedAs(test.controlId, 'NOT_EFFECTIVE')
    await work.startCompletion()
    await work.concluded(exceptionId, materialAlone)
    expect(modified(await work.proposal())).toEqual([['OPERATING_EFFECTIVENESS', 'QUALIFIED']])
    const report = await step.issued()
    expect(told(report)).toContain('Of 25 items tested, 5 deviated.')
    expect(told(report)).toMatch(/qualified/i)
    expect(told(report)).not.toMatch(/adverse/i)
  })
})

describe('Training: 2 of 25 new hires not trained within 30 days', () => {
  it('is weighed by a person, neither passed by its 92 % nor diluted, and told whatever the opinion', async () => {
    const { work, step } = await begun()
    const training = {
      ref: 'HR-04',
      title: 'New hires are trained',
      description: 'Each new hire completes the training within 30 days of the first day of work.',
      criteriaCodes: ['CC1.4'],
      attribute: 'The training was completed within 30 days.',
    }
    const seen = ['Trained after 41 days', 'Not trained']
    const test = await step.tested(training, { populationSize: 120, size: 25, seen })
    expect(test.evaluation).toMatchObject({ observedRate: 0.08, upperDeviationLimit: 0.2, supportsReliance: false })
    // More items to see the rate fall: for neither staff, senior nor manager.
    const more = { additionalCount: 50, reason: 'To see the rate fall.', restsOnIds: [test.procedureId] }
    for (const person of [a.staff, a.senior, a.manager]) {
      const errors = await refused(() => work.refused(person, 'extendSample', 'sampleId', test.sampleId, more))
      expect(errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    }
    const condition = 'Two new hires had not completed the training within 30 days'
    const exceptionId = await step.reported(test, { ...late, title: 'Training late', condition })
    await step.signed(test.procedureId, 'EXCEPTIONS')
    await step.concludedAs(test.controlId, 'NOT_EFFECTIVE')
    await work.startCompletion()
    const { engagementId } = work
    const { complete, digest } = await work.proposal()
    expect(complete).toBe(false)
    const decide = { engagementId, proposalDigest: digest }
    expect(await refused(async () => (await a.partner.tryTo('decideOpinion', decide)).errors)).toMatchObject([
      { code: 'NOT_READY' },
    ])
    await work.concluded(exceptionId, { ...notMaterial, restsOnIds: [test.procedureId] })
    expect(modified(await work.proposal())).toEqual([])
    expect(await kindsOf(engagementId)).toEqual(['NOT_MATERIAL_OVER_FIGURES'])
    const report = await step.issued()
    expect(told(report)).toContain('Of 25 items tested, 2 deviated. Two new hires')
  })
})

describe('A confidentiality agreement unsigned, 1 of 10, and patches missing, 3 of 30', () => {
  it.each([
    ['neither is material, and the opinion is unmodified', notMaterial, []],
    [
      'that of the patches is, and operation is qualified for it',
      materialAlone,
      [['OPERATING_EFFECTIVENESS', 'QUALIFIED']],
    ],
  ])('are two exceptions, each answered, and weighed together: %s', async (_, ofPatches, expected) => {
    const { work, step } = await begun()
    const agreement = {
      ref: 'HR-01',
      title: 'Agreements are signed',
      description: 'Each employee signs an agreement on confidentiality before the first day of work.',
      criteriaCodes: ['CC1.1'],
      attribute: 'The agreement was signed before the first day.',
    }
    const patches = {
      ref: 'VM-02',
      title: 'Servers are patched',
      description: 'Security patches are installed on each server within 6 months of their release.',
      criteriaCodes: ['CC7.1'],
      attribute: 'No patch older than 6 months was missing.',
    }
    const unsigned = await step.tested(agreement, { populationSize: 80, size: 10, seen: ['Not signed'] })
    const unpatched = await step.tested(patches, { populationSize: 90, size: 30, seen: Array(3).fill('Patch missing') })
    const exceptions: string[] = []
    for (const [test, condition] of [
      [unsigned, 'One employee had not signed the agreement'],
      [unpatched, 'Three servers lacked patches that were more than 6 months old'],
    ] as const) {
      exceptions.push(await step.reported(test, { ...late, title: condition, condition }))
      await step.signed(test.procedureId, 'EXCEPTIONS')
      await step.concludedAs(test.controlId, 'NOT_EFFECTIVE')
    }
    await work.startCompletion()
    const [first, second] = exceptions as [string, string]
    await work.concluded(first, { ...notMaterial, restsOnIds: [unsigned.procedureId] })
    await work.concluded(second, { ...ofPatches, restsOnIds: [unpatched.procedureId] })
    // Both bear on operation: the report waits until they were weighed together.
    const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code } } } }'
    const blockers = async () =>
      (await a.partner.gql(asked, { id: work.engagementId })).engagement.readiness.blockers.map(({ code }: any) => code)
    expect(await blockers()).toContain('AGGREGATE_UNDECIDED')
    await work.together()
    expect(await blockers()).not.toContain('AGGREGATE_UNDECIDED')
    expect(modified(await work.proposal())).toEqual(expected)
    await work.documents()
    await work.decided()
    await work.cleared()
    const { report } = await work.issue()
    expect(report.model).toContain('Of 10 items tested, 1 deviated. One employee')
    expect(report.model).toContain('Of 30 items tested, 3 deviated. Three servers')
    expect(/except for/i.test(report.model)).toBe(expected.length > 0)
  })
})

describe('No incident in the period', () => {
  it('is NOT_OPERATED with the absence checked and the plan inspected: no exception, an unmodified opinion, and told', async () => {
    const { work, step } = await begun()
    const incidents = {
      ref: 'IR-01',
      title: 'Incidents are responded to',
      description: 'Each security incident is recorded, contained and followed up by the response team after its plan.',
      criteriaCodes: ['CC7.4'],
      attribute: 'The incident was followed up.',
      how: { area: 'INCIDENT' },
    }
    const controlId = await step.control(incidents)
    await step.walked(controlId, 'IR-01.D')
    const procedureId = await step.planned(controlId, 'IR-01.T1', {})
    const note = 'No incident occurred: the alerts of the period were searched and the plan was inspected.'
    const prepare = { outcome: 'NOT_OPERATED', outcomeNote: note }
    const early = await refused(() => work.refused(a.staff, 'prepareProcedure', 'procedureId', procedureId, prepare))
    expect(early).toMatchObject([{ code: 'INVALID_INPUT', path: ['outcome'] }])
    // An empty list without word of how the absence was checked is not accepted.
    const { population } = await a.staff.does('createPopulation', { controlId, ...origin }, 'population { id version }')
    const checks = { completenessCheck: 'Watched the query.', accuracyCheck: 'Nothing to trace.', absenceCheck: null }
    await refused(() => work.refused(a.staff, 'freezePopulation', 'populationId', population.id, checks))
    await step.frozen(controlId, 0)
    await step.signed(procedureId, 'NOT_OPERATED', note)
    const effective = { design: 'SUITABLE', operation: 'EFFECTIVE', rationale: 'x', restsOnIds: [procedureId] }
    expect(
      await refused(() => work.refused(a.senior, 'concludeControl', 'controlId', controlId, effective)),
    ).toMatchObject([{ code: 'INVALID_INPUT', path: ['operation'] }])
    await step.concludedAs(controlId, 'NOT_OPERATED')
    await work.startCompletion()
    expect(modified(await work.proposal())).toEqual([])
    const report = await step.issued()
    expect(report.model.tests.exceptions).toEqual([])
    expect(told(report)).toContain('The control did not operate during the period')
    expect(told(report)).toContain('No incident occurred')
  })
})

describe('A population of changes that cannot be proven', () => {
  it.each([
    ['confined to the changes, it qualifies', false, 'QUALIFIED'],
    ['pervasive, the opinion is disclaimed', true, 'DISCLAIMER'],
  ])('blocks sampling and is a scope limitation: material and %s', async (_, pervasive, opinion) => {
    const { work, step } = await begun()
    const unproven = {
      ref: 'CM-09',
      title: 'Changes to the platform are approved',
      description: 'Each change to the platform is approved by another person than its author before release.',
      criteriaCodes: ['CC8.1'],
      attribute: 'Another person approved the change.',
    }
    const controlId = await step.control(unproven)
    const attributes = [{ letter: 'A', description: unproven.attribute }]
    const procedureId = await step.planned(controlId, 'CM-09.T1', { attributes })
    const { population } = await a.staff.does('createPopulation', { controlId, ...origin }, 'population { id }')
    const draw = {
      procedureId,
      populationId: population.id,
      basis: 'JUDGMENT',
      method: 'RANDOM',
      size: 5,
      sizeReason: 'x',
    }
    const blocked = await refused(async () => (await a.staff.tryTo('drawSample', draw)).errors)
    expect(blocked).toMatchObject([{ code: 'INVALID_INPUT', path: ['populationId'] }])
    const tried = 'The tickets were migrated; logs of releases and mail were read instead, and do not name all changes.'
    await step.signed(procedureId, 'UNABLE_TO_TEST', tried)
    const conclude = { design: 'SUITABLE', rationale: tried, restsOnIds: [procedureId] }
    for (const operation of ['EFFECTIVE', 'NOT_OPERATED']) {
      const input = { ...conclude, operation }
      await refused(() => work.refused(a.senior, 'concludeControl', 'controlId', controlId, input))
    }
    await step.concludedAs(controlId, 'UNABLE_TO_TEST', [procedureId])
    const exceptionId = await work.exception({
      controlId,
      kind: 'SCOPE_LIMITATION',
      title: 'No complete list of changes',
      condition: `The client could not give a complete and accurate list of changes. ${tried}`,
      failedFrom: null,
      failedTo: null,
      failurePeriodBasis: null,
    })
    await work.answered(exceptionId)
    await work.startCompletion()
    await work.concluded(exceptionId, { ...materialAlone, pervasive })
    const matters = modified(await work.proposal())
    expect(matters).toContainEqual(['OPERATING_EFFECTIVENESS', opinion])
    expect(matters.every(([, each]: string[]) => each === opinion)).toBe(true)
    const report = await step.issued()
    expect(told(report)).toContain('could not give a complete and accurate list of changes')
    expect(told(report)).toMatch(pervasive ? /do not express/i : /except for/i)
  })
})
