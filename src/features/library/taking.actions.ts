import { ColumnCondition } from '../../kernel/store/condition.js'
import { firmScope } from '../../kernel/store/scope.js'
import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { checkRefsFree, checkTakenSize, plannedTests, refOfTest } from '../../rules/library.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { insertControls } from '../control/control.actions.js'
import { Control } from '../control/control.js'
import { applicableCodes } from '../criterion/scope.js'
import { Engagement } from '../engagement/engagement.js'
import { insertProcedures } from '../procedure/procedure.actions.js'
import { Procedure } from '../procedure/procedure.js'
import { sizesOfVersions } from './library.queries.js'
import { LibraryControl } from './library-control.js'
import type { LibraryControlVersion } from './library-control-version.js'
import { LibraryProcedure } from './library-procedure.js'
import type { AddControlsFromLibraryInput, ControlFromLibraryInput } from './taking.inputs.js'
import { versionsInForce } from './versions.js'

/**
 * Adds controls of the firm's library to an engagement, each in the version in force, with its tests where they are wanted: all or none, in
 * so many statements however many there are. Criteria that do not apply to the engagement, and tests of operation in a Type 1, are left
 * out; the answer says which. Refused at the place of each entry: what the library does not have or has retired, a reference in use. With
 * LIMIT_REACHED: more controls than an engagement has, more texts than one act takes.
 */
export async function addControlsFromLibrary(tx: WriteTx, input: AddControlsFromLibraryInput) {
  // Locked as it is read: neither its scope nor its references change between the checks and the answer.
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const named = await entriesNamed(tx, input.controls)
  const applicable = await applicableCodes(tx, engagement)
  const taken = (await withTests(tx, named)).map(({ tests, version, ...entry }) => ({
    ...{ ...entry, version, tests: plannedTests(engagement.kind, tests) },
    codes: version.criteriaCodes.filter((code) => applicable.includes(code)),
    criteriaLeftOut: version.criteriaCodes.filter((code) => !applicable.includes(code)),
  }))
  await checkRefs(tx, engagement, taken)
  const made = taken.map((one) => ({ what: controlOf(one), codes: one.codes }))
  const controls = await insertControls(tx, engagement.id, made)
  const procedures = controls.flatMap((control, at) =>
    (taken[at]?.tests.planned ?? []).map((test) => procedureOf(control, test)),
  )
  await insertProcedures(tx, engagement.id, procedures)
  const added = taken.map(({ tests: { withoutOperation, leftOut }, criteriaLeftOut }, at) => ({
    ...{ control: controls[at] as Control, criteriaLeftOut },
    ...{ testsWithoutOperation: withoutOperation, testsLeftOut: leftOut },
  }))
  return { added }
}

/** What is taken: an entry of the list, and the version of the library that it stands for. */
interface Named {
  ref: string
  owner: string
  includeProcedures: boolean
  version: LibraryControlVersion
}

/**
 * The entries of the library that a list names, each in the version in force. They are locked: none is revised or retired meanwhile.
 * @throws Refusal at the place of each: NOT_FOUND, INVALID_INPUT for one that is retired
 */
async function entriesNamed(tx: WriteTx, given: readonly ControlFromLibraryInput[]): Promise<Named[]> {
  const ids = given.map(({ libraryControlId }) => libraryControlId.toLowerCase()).filter(isUuid)
  const found = await tx.find(LibraryControl, { id: ids }, { lock: 'share', order: { id: 'asc' } })
  const entries = new Map(found.map((entry) => [entry.id, entry]))
  const versions = await versionsInForce(tx, [...entries.keys()])
  const faults: Refusal[] = []
  const named = given.flatMap(({ libraryControlId, ref, owner, includeProcedures }, at) => {
    const entry = entries.get(libraryControlId.toLowerCase())
    const version = entry && versions.get(entry.id)
    const refuse = (code: 'NOT_FOUND' | 'INVALID_INPUT', message: string) => {
      faults.push(new Refusal(code, message, ['controls', at, 'libraryControlId']))
      return []
    }
    if (!entry || !version) return refuse('NOT_FOUND', 'The library has no such control.')
    if (entry.retiredAt !== null) return refuse('INVALID_INPUT', `${entry.ref} was retired: no engagement takes it.`)
    return { ref: ref ?? entry.ref, owner, includeProcedures, version }
  })
  checkEach(faults)
  return named
}

/** The same with the tests that are wanted, by suffix. @throws Refusal LIMIT_REACHED before more is read than one act takes */
async function withTests(tx: WriteTx, named: readonly Named[]) {
  const sizes = await sizesOfVersions(firmScope(tx), [...new Set(named.map(({ version }) => version.id))])
  checkTakenSize(named.reduce((sum, { version }) => sum + (sizes.get(version.id) ?? 0), 0))
  const wanted = new Set(named.flatMap(({ version, includeProcedures }) => (includeProcedures ? version.id : [])))
  const found = await tx.find(
    LibraryProcedure,
    { libraryControlVersionId: [...wanted] },
    { order: { suffix: 'asc' }, byKey: true },
  )
  return named.map((one) => ({
    ...one,
    tests: one.includeProcedures ? found.filter(({ libraryControlVersionId: id }) => id === one.version.id) : [],
  }))
}

type Taken = Named & { tests: { planned: LibraryProcedure[] } }

/** @throws Refusal at the place of each control whose reference, or that of a test of it, the engagement has or the list names twice */
async function checkRefs(tx: WriteTx, { id: engagementId }: Engagement, taken: readonly Taken[]): Promise<void> {
  const asked = taken.map(({ ref, tests }) => ({ ref, suffixes: tests.planned.map(({ suffix }) => suffix) }))
  const refs = asked.map(({ ref }) => ref.toUpperCase())
  const ofTests = asked.flatMap(({ ref, suffixes }) => suffixes.map((suffix) => refOfTest(ref, suffix)))
  const sameRef = new ColumnCondition((column, bind) => `upper(${column}) = any(${bind(refs)})`)
  const [controls, procedures] = await Promise.all([
    tx.find(Control, { engagementId, ref: sameRef }),
    tx.find(Procedure, { engagementId, ref: ofTests }),
  ])
  checkRefsFree(asked, { controls: controls.map(({ ref }) => ref), procedures: procedures.map(({ ref }) => ref) })
}

/** A control of an engagement as it is taken: what the version says, and who at the client answers for it. */
const controlOf = ({ ref, owner, version }: Named) => ({
  ...{ ref, owner, libraryControlVersionId: version.id, title: version.title, description: version.description },
  ...{ frequency: version.frequency, nature: version.nature, type: version.type, area: version.area },
  ...{ isKey: version.isKey, risk: version.risk, ipe: version.ipe ?? null },
})

/** A procedure of it as it is planned: nobody performs it yet. */
const procedureOf = (control: Control, test: LibraryProcedure) => ({
  controlId: control.id,
  plan: {
    ...{ ref: refOfTest(control.ref, test.suffix), libraryProcedureId: test.id },
    ...{ methods: test.methods, aspects: test.aspects, objective: test.objective, steps: test.steps },
  },
  attributes: test.attributes ?? [],
})
