import { describe, expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { bringsControls, exportsControls, importsBrought } from '../support/control-lists.js'
import { type Tested, tested } from '../support/exceptions.js'
import { controlOf, fieldwork } from '../support/fieldwork.js'
import { type Person, world } from '../support/world.js'

// Nothing vanishes: once the testing of a control has begun, it is changed by the engagement partner alone, and the change is kept.

const w = await world()
const a = await w.firm('Ashdown')
const reason = 'Management words it so since the walkthrough, invented.'

const versionOf = async (id: string) =>
  (await a.partner.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version
const tries = async (person: Person, mutation: string, controlId: string, given: object, selection?: string) =>
  person.tryTo(mutation, { controlId, expectedVersion: await versionOf(controlId), ...given }, selection)
const shown = `part saidBefore saidAfter reason restsOn { id } changedBy { id } control { id }
  testedCount deviationCount asFoundDeviationCount exceptionCount`
const changesOf = async (controlId: string) =>
  (
    await a.reviewer.gql(
      `query ($id: ID!) { node(id: $id) { ... on Control { changes(first: 100) { nodes { ${shown} } totalCount } } } }`,
      { id: controlId },
    )
  ).node.changes.nodes
const readiness = async (engagementId: string, to: string): Promise<{ code: string; node: string | null }[]> =>
  (
    await a.manager.gql(
      `query ($id: ID!) { engagement(id: $id) { readiness(to: ${to}) { blockers { code node } } } }`,
      { id: engagementId },
    )
  ).engagement.readiness.blockers

/** Every way to change a control, each with what a change of it keeps. */
const ways: [string, object, string][] = [
  ['updateControl', { title: 'Changes are looked at' }, 'TITLE'],
  ['updateControl', { description: 'A change may be reviewed.' }, 'DESCRIPTION'],
  ['updateControl', { frequency: 'ANNUAL' }, 'FREQUENCY'],
  ['updateControl', { nature: 'AUTOMATED' }, 'NATURE'],
  ['updateControl', { type: 'DETECTIVE' }, 'TYPE'],
  ['updateControl', { risk: 'LOW' }, 'RISK'],
  ['updateControl', { isKey: false }, 'KEY'],
  ['updateControl', { operatedFrom: '2025-03-01' }, 'OPERATED'],
  ['mapControl', { criteriaCodes: ['CC7.1'] }, 'CRITERIA'],
  ['retireControl', {}, 'RETIRED'],
]

/** Another control that serves the same criterion all the time. */
const serving = async (work: { engagementId: string }): Promise<string> =>
  (await a.senior.does('createControl', { ...controlOf(work.engagementId), ref: 'CM-02' }, 'control { id }')).control.id
const relyingOn = (generalId: string): (typeof ways)[number] => [
  'recordControlReliance',
  { reliesOnIds: [generalId] },
  'RELIES_ON',
]

describe('A control whose testing has begun', () => {
  it('is changed by nobody but the partner, with a reason and a paper; nothing moves otherwise', async () => {
    const work = await tested(w, a)
    const elsewhere = await tested(w, a)
    const given = { reason, restsOnIds: [work.procedureId] }
    const general = await serving(work)
    const before = await w.digest()
    for (const [mutation, change] of [...ways, relyingOn(general)] as typeof ways) {
      for (const person of [a.manager, a.senior]) {
        const { errors } = await tries(person, mutation, work.controlId, { ...given, ...change })
        const code = /risk|frequency|nature/.test(Object.keys(change).join())
          ? /TESTING_BEGUN|SAMPLING_FIXED/
          : /TESTING_BEGUN/
        expect(errors[0]?.code, `${person.name} ${mutation} ${JSON.stringify(change)}`).toMatch(code)
      }
      const refused = async (wrong: object) =>
        (await tries(a.partner, mutation, work.controlId, { ...given, ...change, ...wrong })).errors
      expect(await refused({ restsOnIds: [] })).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
      expect(await refused({ restsOnIds: [elsewhere.procedureId] })).toMatchObject([
        { code: 'NOT_FOUND', path: ['restsOnIds', '0'] },
      ])
      if (mutation !== 'retireControl') {
        expect(await refused({ reason: null })).toMatchObject([{ code: 'INVALID_INPUT', path: ['reason'] }])
      }
    }
    expect(await w.digest()).toBe(before)
  })

  it('keeps each change with what it said, who changed it, why, and what had been found until then', async () => {
    const work = await tested(w, a)
    await a.senior.does('raiseException', work.matter)
    const all = [...ways.slice(0, -1), relyingOn(await serving(work)), ...ways.slice(-1)]
    for (const [mutation, change] of all) {
      const given = { reason, restsOnIds: [work.procedureId], ...change }
      expect((await tries(a.partner, mutation, work.controlId, given)).errors, mutation).toEqual([])
    }
    const kept = await changesOf(work.controlId)
    expect(kept.map(({ part }: any) => part)).toEqual(all.map(([, , part]) => part))
    for (const one of kept) {
      expect(one).toMatchObject({
        reason,
        restsOn: [{ id: work.procedureId }],
        changedBy: { id: a.partner.memberId },
        control: { id: work.controlId },
        testedCount: 5,
        deviationCount: 3,
        asFoundDeviationCount: 3,
        exceptionCount: 1,
      })
    }
    const said = kept.map(({ part, saidBefore, saidAfter }: any) => [part, saidBefore, saidAfter])
    expect(said).toContainEqual(['OPERATED', 'the beginning to the end', '2025-03-01 to the end'])
    expect(said).toContainEqual(['CRITERIA', 'CC8.1', 'CC7.1'])
    expect(said).toContainEqual(['RISK', 'MODERATE', 'LOW'])
    expect(said).toContainEqual(['RELIES_ON', 'none', 'CM-02'])
    expect(said).toContainEqual(['RETIRED', 'in use', 'retired'])
    const { engagement } = await a.staff.gql(
      'query ($id: ID!) { engagement(id: $id) { controlChanges(first: 4) { totalCount nodes { part } pageInfo { hasNextPage } } } }',
      { id: work.engagementId },
    )
    expect(engagement.controlChanges).toEqual({
      totalCount: all.length,
      nodes: ways.slice(0, 4).map(([, , part]) => ({ part })),
      pageInfo: { hasNextPage: true },
    })
  })

  it('keeps nothing of who owns it, where it belongs, and of what stays as it was; the senior changes that', async () => {
    const work = await tested(w, a)
    const same = {
      owner: 'Head of operations',
      area: 'ACCESS',
      title: 'Changes are reviewed',
      ipe: 'The list of merges.',
    }
    expect((await tries(a.senior, 'updateControl', work.controlId, same)).errors).toEqual([])
    expect((await tries(a.senior, 'mapControl', work.controlId, { criteriaCodes: ['CC8.1'] })).errors).toEqual([])
    expect((await tries(a.senior, 'recordControlReliance', work.controlId, { reliesOnIds: [] })).errors).toEqual([])
    expect(await changesOf(work.controlId)).toEqual([])
  })

  it('begins to be tested with the first test started or the first list imported, and not with a plan', async () => {
    const reword = { title: 'Changes are approved' }
    const planned = await fieldwork(w, a)
    const plan = {
      controlId: planned.controlId,
      ref: 'T1',
      methods: ['INQUIRY'],
      aspects: ['DESIGN'],
      objective: 'X',
      steps: 'X',
    }
    await a.senior.does('planProcedure', plan)
    await planned.draft()
    expect((await tries(a.senior, 'updateControl', planned.controlId, reword)).errors).toEqual([])
    const started = await fieldwork(w, a)
    await started.procedure()
    const imported = await fieldwork(w, a)
    await imported.frozen('id\nC-1\n')
    for (const work of [started, imported]) {
      const { errors } = await tries(a.senior, 'updateControl', work.controlId, reword)
      expect(errors).toMatchObject([{ code: 'TESTING_BEGUN' }])
    }
  })
})

describe('A retired control', () => {
  it('stays on file, serves no criterion any more, and is neither changed nor planned for', async () => {
    const work = await fieldwork(w, a, { state: 'PLANNING' })
    const selection = 'control { state retiredAt retiredReason retiredBy { id } notNeededAt criteria { code } }'
    const { control, errors } = await tries(a.senior, 'retireControl', work.controlId, { reason }, selection)
    expect(errors).toEqual([])
    expect(control).toMatchObject({
      state: 'RETIRED',
      retiredReason: reason,
      retiredBy: { id: a.senior.memberId },
      notNeededAt: null,
      criteria: [{ code: 'CC8.1' }],
    })
    expect(await changesOf(work.controlId)).toEqual([])
    const { engagement } = await a.staff.gql(
      `query ($id: ID!) { engagement(id: $id) { coverage { criteriaWithoutControl { code } controlsWithoutCriterion { ref } }
         coverageGaps(first: 100) { nodes { criterion { code } isPartial } } } }`,
      { id: work.engagementId },
    )
    expect(engagement.coverage.criteriaWithoutControl).toContainEqual({ code: 'CC8.1' })
    expect(engagement.coverage.controlsWithoutCriterion).toEqual([])
    expect(engagement.coverageGaps.nodes).toContainEqual({ criterion: { code: 'CC8.1' }, isPartial: false })
    const before = await w.digest()
    const plan = { ref: 'T1', methods: ['INQUIRY'], aspects: ['DESIGN'], objective: 'X', steps: 'X' }
    for (const [mutation, given] of [
      ['updateControl', { owner: 'X' }],
      ['mapControl', { criteriaCodes: [] }],
      ['recordControlReliance', { reliesOnIds: [] }],
      ['retireControl', { reason }],
    ] as const) {
      expect((await tries(a.partner, mutation, work.controlId, given)).errors, mutation).toMatchObject([
        { code: 'INVALID_TRANSITION', from: 'RETIRED' },
      ])
    }
    const { errors: planned } = await a.senior.tryTo('planProcedure', { controlId: work.controlId, ...plan })
    expect(planned).toMatchObject([{ code: 'INVALID_TRANSITION', from: 'RETIRED' }])
    expect(await w.digest()).toBe(before)
  })

  it('keeps its reference and all that was found on it, while criteria, coverage and the list show that it is out', async () => {
    const work = await tested(w, a)
    const { exception } = await a.senior.does('raiseException', work.matter, 'exception { id }')
    const seen = async () =>
      await a.staff.gql(
        `query ($id: ID!, $procedure: ID!, $exception: ID!) {
            node(id: $id) { ... on Control { ref title procedures { id state } populations(first: 5) { nodes { id digest } } } }
            procedure(id: $procedure) { sample { items(first: 10) { nodes { itemKey results { id outcome } } } } }
            exception(id: $exception) { state testedCount deviationCount sectionFourText control { id } } }`,
        { id: work.controlId, procedure: work.procedureId, exception: exception.id },
      )
    const before = await seen()
    expect(before.procedure.sample.items.nodes.flatMap(({ results }: any) => results)).toHaveLength(10)
    expect(before.exception).toMatchObject({ testedCount: 5, deviationCount: 3 })
    const mapped = async () =>
      (
        await a.staff.gql(
          `query ($id: ID!) { engagement(id: $id) { criteria { criterion { code } controls(first: 5) { nodes { ref } } }
            coverage { criteriaWithoutControl { code } controlsWithoutCriterion { ref } } } }`,
          { id: work.engagementId },
        )
      ).engagement
    const servedBy = (found: any) =>
      found.criteria.find(({ criterion }: any) => criterion.code === 'CC8.1').controls.nodes
    expect(servedBy(await mapped())).toEqual([{ ref: 'CM-01' }])
    const given = { reason, restsOnIds: [work.procedureId] }
    expect((await tries(a.partner, 'retireControl', work.controlId, given)).errors).toEqual([])
    expect(await seen()).toEqual(before)
    const after = await mapped()
    expect(servedBy(after)).toEqual([])
    expect(after.coverage.criteriaWithoutControl).toContainEqual({ code: 'CC8.1' })
    expect(after.coverage.controlsWithoutCriterion).toEqual([])
    const lines = (await exportsControls(a.staff, work.engagementId)).bytes.toString().split('\r\n')
    expect(lines[1]).toMatch(/^CM-01,.*,Retired,,$/)
    const evidenceId = await bringsControls(a.partner, work.engagementId, 'Ref,Title\ncm-01,Anew\n')
    const nothingMoved = await w.digest()
    for (const ref of ['CM-01', 'cm-01']) {
      const { errors } = await a.partner.tryTo('createControl', { ...controlOf(work.engagementId), ref })
      expect(errors).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['ref'] }])
    }
    for (const existing of ['REFUSE', 'LEAVE', 'UPDATE']) {
      const input = { engagementId: work.engagementId, evidenceId, existing, ...given }
      expect((await importsBrought(a.partner, input)).errors[0].problems).toMatchObject([{ row: 2, code: 'REF_TAKEN' }])
    }
    expect(await w.digest()).toBe(nothingMoved)
  })

  it('is asked for no test and no conclusion where nothing was found on it, and for all where something was', async () => {
    const asks = async (work: Tested | Awaited<ReturnType<typeof fieldwork>>) => {
      const found = await readiness(work.engagementId, 'ISSUED')
      const procedures = await a.staff.gql(
        'query ($id: ID!) { node(id: $id) { ... on Control { procedures { id } } } }',
        { id: work.controlId },
      )
      const own = [work.controlId, ...procedures.node.procedures.map(({ id }: any) => id)]
      return [...new Set(found.filter(({ node }) => node && own.includes(node)).map(({ code }) => code))].sort()
    }
    const retire = async (work: { controlId: string }, restsOnIds: string[]) =>
      expect((await tries(a.partner, 'retireControl', work.controlId, { reason, restsOnIds })).errors).toEqual([])
    const clean = await fieldwork(w, a)
    const { id } = await clean.procedure()
    expect(await asks(clean)).toEqual(['CONTROL_NOT_CONCLUDED', 'PROCEDURE_NOT_REVIEWED'])
    await retire(clean, [id])
    expect(await asks(clean)).toEqual([])
    const deviating = await tested(w, a)
    await retire(deviating, [deviating.procedureId])
    expect(await asks(deviating)).toEqual(['CONTROL_NOT_CONCLUDED', 'POPULATION_GAP', 'PROCEDURE_NOT_REVIEWED'])
    const codes = (await readiness(deviating.engagementId, 'COMPLETION')).map(({ code }) => code)
    expect(codes).toContain('DEVIATION_UNACCOUNTED')
  })

  it('stays in Section IV with what was found on it, and goes only where it never was tested', async () => {
    const work = await chain(a, await a.client('Sparrow Pay'))
    const exceptionId = await work.exception()
    await serving(work)
    const untested = await a.senior.does(
      'createControl',
      { ...controlOf(work.engagementId), ref: 'CM-03' },
      'control { id }',
    )
    await tries(a.senior, 'retireControl', untested.control.id, { reason })
    const given = { reason, restsOnIds: [work.procedureId] }
    expect((await tries(a.partner, 'retireControl', work.controlId, given)).errors).toEqual([])
    const { tests } = JSON.parse(
      (
        await a.partner.gql('query ($id: ID!) { engagement(id: $id) { draftReport { model } } }', {
          id: work.engagementId,
        })
      ).engagement.draftReport.model,
    )
    expect(tests.controls.map(({ ref, operated }: any) => [ref, operated?.replace(/on .*/, '')])).toEqual([
      ['CM-01', 'It was tested until it was retired '],
      ['CM-02', undefined],
    ])
    expect(tests.exceptions).toHaveLength(1)
    const still = (await readiness(work.engagementId, 'ISSUED')).filter(({ node }) => node === exceptionId)
    expect(still.map(({ code }) => code)).toContain('EXCEPTION_NOT_CONCLUDED')
  })
})

describe('That a control was never needed', () => {
  it('is decided by the partner of a retired one that others make up for; Section IV leaves it out', async () => {
    const work = await chain(a, await a.client('Heron Health'))
    await work.exception()
    const given = { reason, restsOnIds: [work.procedureId] }
    const before = await w.digest()
    expect((await tries(a.partner, 'decideControlNotNeeded', work.controlId, given)).errors).toMatchObject([
      { code: 'INVALID_TRANSITION', from: 'IN_USE' },
    ])
    expect(await w.digest()).toBe(before)
    await tries(a.partner, 'retireControl', work.controlId, given)
    const retired = await w.digest()
    const { errors } = await tries(a.partner, 'decideControlNotNeeded', work.controlId, given)
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT' }])
    expect(errors[0].message).toMatch(/no other control serves CC1\.1/)
    expect(await w.digest()).toBe(retired)

    const { criteria } = (
      await a.staff.gql('query ($id: ID!) { node(id: $id) { ... on Control { criteria { code } } } }', {
        id: work.controlId,
      })
    ).node
    const criteriaCodes = criteria.map(({ code }: any) => code)
    await a.senior.does('createControl', { ...controlOf(work.engagementId), ref: 'CM-02', criteriaCodes })
    const ready = await w.digest()
    for (const person of [a.manager, a.senior, a.reviewer]) {
      const input = { controlId: work.controlId, expectedVersion: await versionOf(work.controlId), ...given }
      expect(await person.isDenied('decideControlNotNeeded', input), person.name).toBe('FORBIDDEN')
    }
    const bare = await tries(a.partner, 'decideControlNotNeeded', work.controlId, { ...given, restsOnIds: [] })
    expect(bare.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
    expect(await w.digest()).toBe(ready)

    const done = await tries(a.partner, 'decideControlNotNeeded', work.controlId, given, 'control { notNeededAt }')
    expect(done.control.notNeededAt).not.toBeNull()
    expect((await changesOf(work.controlId)).map(({ part, exceptionCount }: any) => [part, exceptionCount])).toEqual([
      ['RETIRED', 1],
      ['NOT_NEEDED', 1],
    ])
    const draft = async () =>
      JSON.parse(
        (
          await a.partner.gql('query ($id: ID!) { engagement(id: $id) { draftReport { model } } }', {
            id: work.engagementId,
          })
        ).engagement.draftReport.model,
      ).tests
    expect((await draft()).controls.map(({ ref }: any) => ref)).toEqual(['CM-02'])
    expect((await draft()).exceptions).toEqual([])
    expect((await tries(a.partner, 'decideControlNotNeeded', work.controlId, given)).errors).toMatchObject([
      { code: 'ALREADY_EXISTS' },
    ])
  })

  it('is not said of one with a material finding; one that is found material later is told all the same', async () => {
    const work = await chain(a, await a.client('Finch Files'))
    const exceptionId = await work.exception()
    const { criteria } = (
      await a.staff.gql('query ($id: ID!) { node(id: $id) { ... on Control { criteria { code } } } }', {
        id: work.controlId,
      })
    ).node
    const criteriaCodes = criteria.map(({ code }: any) => code)
    await a.senior.does('createControl', { ...controlOf(work.engagementId), ref: 'CM-02', criteriaCodes })
    const given = { reason, restsOnIds: [work.procedureId] }
    await tries(a.partner, 'retireControl', work.controlId, given)
    await work.weighed(exceptionId)
    const before = await w.digest()
    const { errors } = await tries(a.partner, 'decideControlNotNeeded', work.controlId, given)
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT' }])
    expect(errors[0].message).toContain('EX-1')
    expect(await w.digest()).toBe(before)
    await w.owner.query('update materiality_decision set material = false where exception_id = $1', [exceptionId])
    expect((await tries(a.partner, 'decideControlNotNeeded', work.controlId, given)).errors).toEqual([])
    await w.owner.query('update materiality_decision set material = true where exception_id = $1', [exceptionId])
    const { draftReport } = (
      await a.partner.gql('query ($id: ID!) { engagement(id: $id) { draftReport { model } } }', {
        id: work.engagementId,
      })
    ).engagement
    expect(JSON.parse(draftReport.model).tests.exceptions).toHaveLength(1)
  })
})

describe('A change of scope after anything was found', () => {
  it('names a paper, and says what had been found until then; nothing moves otherwise', async () => {
    const work = await tested(w, a)
    await a.senior.does('raiseException', work.matter)
    const exclusion = { engagementId: work.engagementId, criterionCode: 'CC6.4', reason }
    const before = await w.digest()
    const bare = await a.partner.tryTo('excludeCriterion', exclusion)
    expect(bare.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
    const byManager = await a.manager.tryTo('excludeCriterion', { ...exclusion, restsOnIds: [work.procedureId] })
    expect(byManager.errors).toMatchObject([{ code: 'SCOPE_LOCKED' }])
    expect(await w.digest()).toBe(before)
    await a.partner.does('excludeCriterion', { ...exclusion, restsOnIds: [work.procedureId] })
    const { engagement } = await a.reviewer.gql(
      `query ($id: ID!) { engagement(id: $id) { scopeChanges { nodes { change reason testedCount deviationCount exceptionCount restsOn { id } } } } }`,
      { id: work.engagementId },
    )
    expect(engagement.scopeChanges.nodes).toEqual([
      {
        change: 'The criterion CC6.4 was marked not applicable.',
        reason,
        testedCount: 5,
        deviationCount: 3,
        exceptionCount: 1,
        restsOn: [{ id: work.procedureId }],
      },
    ])
  })
})
