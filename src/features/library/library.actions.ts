import type { NewRow } from '../../kernel/store/row.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkRevised, checkTests } from '../../rules/library.js'
import { inOrderOf } from '../../rules/procedures.js'
import { checkMapping } from '../../rules/scope.js'
import { procedureAspects, procedureMethods } from '../../rules/vocabulary.js'
import { catalogue } from '../criterion/catalogue.js'
import { Firm } from '../firm/firm.js'
import type {
  AddLibraryControlInput,
  RestoreLibraryControlInput,
  RetireLibraryControlInput,
  ReviseLibraryControlInput,
} from './library.inputs.js'
import { asAdded, LibraryControl } from './library-control.js'
import { LibraryControlVersion } from './library-control-version.js'
import { LibraryProcedure } from './library-procedure.js'
import { versionsInForce } from './versions.js'

/**
 * Adds a control to the firm's library, with its tests, as version 1. Refused: a reference in use; codes that the catalogue does not
 * have; a suffix or a letter that stands twice.
 */
export async function addLibraryControl(tx: WriteTx, input: AddLibraryControlInput) {
  await tx.permit(await tx.load(Firm, tx.firmId))
  const said = await whatIsSaid(tx, input)
  const libraryControl = await tx.insert(LibraryControl, { ref: input.ref, ...asAdded })
  await insertVersion(tx, libraryControl, said, { number: 1, reason: null })
  return { libraryControl }
}

/**
 * Makes the next version of a control of the library: what it says and its tests, as a whole. Engagements keep the version that they
 * took. Refused: what `addLibraryControl` refuses; a version that says what the one before says; an entry that is retired, or that
 * changed since it was read.
 */
export async function reviseLibraryControl(tx: WriteTx, input: ReviseLibraryControlInput) {
  const libraryControl = await tx.load(LibraryControl, input.libraryControlId, input.expectedVersion, 'update')
  await tx.permit(libraryControl)
  const said = await whatIsSaid(tx, input)
  const present = (await versionsInForce(tx, [libraryControl.id])).get(libraryControl.id)
  if (!present) throw new Error(`The library control ${libraryControl.id} has no version.`)
  const tests = await tx.find(LibraryProcedure, { libraryControlVersionId: present.id })
  checkRevised({ ...textOf(present), tests: testsOf(tests) }, said)
  await insertVersion(tx, libraryControl, said, { number: present.number + 1, reason: input.reason })
  return { libraryControl: await tx.touch(libraryControl) }
}

/** Retires a control of the library: engagements take it no more, and keep what they took. Refused: one that is retired. */
export async function retireLibraryControl(tx: WriteTx, input: RetireLibraryControlInput) {
  const libraryControl = await tx.load(LibraryControl, input.libraryControlId, input.expectedVersion)
  await tx.permit(libraryControl)
  const retired = { retiredAt: tx.now, retiredBy: tx.actor.memberId, retiredReason: input.reason }
  return { libraryControl: await tx.update(libraryControl, { ...asAdded, ...retired }) }
}

/** Offers a control of the library again that was retired. Refused: one that is not retired. */
export async function restoreLibraryControl(tx: WriteTx, input: RestoreLibraryControlInput) {
  const libraryControl = await tx.load(LibraryControl, input.libraryControlId, input.expectedVersion)
  await tx.permit(libraryControl)
  const restored = { restoredAt: tx.now, restoredBy: tx.actor.memberId, restoredReason: input.reason }
  return { libraryControl: await tx.update(libraryControl, { ...asAdded, ...restored }) }
}

/** What a version says of the control itself. */
const said = [
  ...(['title', 'description', 'frequency', 'nature', 'type', 'area', 'isKey', 'risk'] as const),
  ...(['ipe', 'guidance', 'criteriaCodes'] as const),
] as const
type Said = Pick<LibraryControlVersion, (typeof said)[number]>

const textOf = (version: Said) => Object.fromEntries(said.map((name) => [name, version[name] ?? null])) as Said

/** What tests say, by suffix: sets in the order of their vocabularies, attributes by letter. */
const testsOf = (tests: ReviseLibraryControlInput['procedures'] | LibraryProcedure[]) =>
  [...tests]
    .sort(byName((test) => test.suffix))
    .map(({ suffix, methods, aspects, objective, steps, attributes = [] }) => ({
      suffix,
      methods: inOrderOf(procedureMethods, methods),
      aspects: inOrderOf(procedureAspects, aspects),
      objective,
      steps,
      attributes: [...attributes]
        .sort(byName(({ letter }) => letter))
        .map(({ letter, description }) => ({ letter, description })),
    }))

const byName =
  <T>(nameOf: (one: T) => string) =>
  (one: T, other: T): number =>
    nameOf(one) < nameOf(other) ? -1 : 1

/** What an input says, in the form in which versions are kept and compared. */
async function whatIsSaid(tx: WriteTx, input: AddLibraryControlInput | ReviseLibraryControlInput) {
  const known = (await catalogue(tx)).map(({ code }) => code)
  checkMapping(input.criteriaCodes, { known, applicable: known })
  checkTests(input.procedures)
  const criteriaCodes = known.filter((code) => input.criteriaCodes.includes(code))
  return { ...textOf({ ...input, criteriaCodes }), tests: testsOf(input.procedures) }
}

async function insertVersion(
  tx: WriteTx,
  { id: libraryControlId }: LibraryControl,
  { tests, ...text }: Awaited<ReturnType<typeof whatIsSaid>>,
  about: NewRow<LibraryControlVersion>,
): Promise<void> {
  const version = await tx.insert(LibraryControlVersion, { libraryControlId, effectiveAt: tx.now, ...about, ...text })
  await tx.insertMany(LibraryProcedure, tests, { common: { libraryControlVersionId: version.id } })
}
