import type { Files } from '../../kernel/execute/services.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { keepChanges } from '../change/begun.js'
import { mappingChanged, saveControl, saveMapping } from '../change/save-control.js'
import { Control, notYetTested } from '../control/control.js'
import { ControlCriterion } from '../control/control-criterion.js'
import { Engagement } from '../engagement/engagement.js'
import { loadAvailable } from '../evidence/available.js'
import { fileOf, readingEvidence } from '../evidence/stored-files.js'
import { checkHoldsRows, openSheet } from '../import/open-sheet.js'
import { choiceOf } from '../import/reading.inputs.js'
import type { ImportControlsInput } from './control-list.inputs.js'
import { type ListFacts, listFacts } from './list-facts.js'
import { type PlannedControl, plannedControls } from './list-plan.js'
import { checkListSize, readControlList } from './read-list.js'
import { saidControls } from './said-control.js'

/** So many controls are changed in one round trip to the database. */
const changedAtOnce = 25

/**
 * Adds the controls of a list to an engagement, with the criteria they help to meet, and changes those that it has where that was chosen:
 * all of the list or nothing. Once the testing of a control has begun the engagement partner alone changes it, with a reason that names a
 * paper, and the change is kept, as by `updateControl` and `mapControl`.
 * Refused: a file that cannot be relied on or is no such list; with every problem by row and column, whatever `createControl`,
 * `updateControl` and `mapControl` refuse of one.
 * @throws Fault DIGEST_MISMATCH where the file is not in the storage as it was brought
 */
export async function importControls(tx: WriteTx, input: ImportControlsInput, { storage }: Files) {
  // Locked as it is read, as for one control: the scope must not change, and no test begin, between the checks and the answer.
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const evidence = await loadAvailable(tx, input.evidenceId, engagement.id)
  checkListSize(evidence)
  checkHoldsRows(evidence)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  const reading = choiceOf(input.reading)
  const read = await readingEvidence(evidence, async () => {
    const file = await fileOf(tx, evidence)
    const sheet = await openSheet(storage, file, evidence.mediaType, reading)
    return readControlList(sheet, { ...reading, columns: input.columns ?? {} })
  })
  if (read.missing) throw read.missing
  const { controls: said } = await saidControls(read, reading)
  const { existing, defaults } = input
  const choice = { existing: existing ?? 'REFUSE', defaults: defaults ?? {} }
  const facts = await listFacts(tx, engagement)
  const planned = plannedControls(read, said, facts, choice)
  read.problems.byRow().check('')
  const changed = planned.filter(({ outcome }) => outcome === 'UPDATED')
  const changes = changed.map(({ before, parts }) => ({ control: before as Control, parts }))
  await keepChanges(tx, changes, { reason: input.reason ?? null, restsOnIds })
  const made = await addControls(tx, engagement.id, planned)
  for (let from = 0; from < changed.length; from += changedAtOnce) {
    const some = changed.slice(from, from + changedAtOnce)
    const saved = await Promise.all(some.map((one) => changeControl(tx, one, facts)))
    some.forEach((one, at) => {
      made.set(one, saved[at] as Control)
    })
  }
  return {
    engagement,
    createdCount: made.size - changed.length,
    updatedCount: changed.length,
    unchangedCount: planned.length - made.size,
    controls: planned.flatMap((one) => made.get(one) ?? []),
  }
}

/** Adds those that are new. One that replaces another began after that had ended: in this order each finds the other there. */
async function addControls(tx: WriteTx, engagementId: string, planned: readonly PlannedControl[]) {
  const created = planned
    .filter(({ outcome }) => outcome === 'CREATED')
    .toSorted((a, b) => (a.after.operatedFrom ?? '').localeCompare(b.after.operatedFrom ?? ''))
  if (created.length === 0) return new Map<PlannedControl, Control>()
  const controls = await tx.insertMany(
    Control,
    created.map(({ after }) => after),
    { common: { engagementId, ...notYetTested } },
  )
  await tx.insertMany(
    ControlCriterion,
    created.flatMap(({ after, codes }) =>
      (codes ?? []).map((criterionCode) => ({ engagementId, controlId: after.id, criterionCode })),
    ),
  )
  return new Map(created.map((one, at) => [one, controls[at] as Control]))
}

async function changeControl(tx: WriteTx, { before, changes, codes }: PlannedControl, facts: ListFacts) {
  const control = await saveControl(tx, before as Control, changes)
  if (codes === null) return control
  return saveMapping(tx, control, mappingChanged(facts.mapped.get(control.id) ?? [], codes))
}
