import { checkChangeAuthor } from '../../rules/changes.js'
import type { ControlField } from '../../rules/control-columns.js'
import { checkInformation, checkMayOwn, checkOperated, checkReplaces } from '../../rules/controls.js'
import { type Refusal, refusalOf } from '../../rules/refusal.js'
import { checkControlRating } from '../../rules/risks.js'
import { checkSizing } from '../../rules/sampling-plan.js'
import { checkMapping } from '../../rules/scope.js'
import type { ListFacts } from './list-facts.js'
import type { PlannedControl, PlannedValues } from './list-plan.js'
import type { ControlListRead } from './read-list.js'

/** The column in which a refusal of a rule lies, by the field of the input that it names. */
const fieldOf: Readonly<Record<string, ControlField>> = {
  replacesId: 'replaces',
  ownerMemberId: 'ownerEmail',
}

/** Notes at its row what the rules refuse of controls as the list leaves them; those that stay as they are, are not asked about. */
export function checkPlannedControls(
  read: ControlListRead,
  facts: ListFacts,
  planned: readonly PlannedControl[],
): void {
  const changing = planned.filter(({ outcome }) => outcome !== 'UNCHANGED')
  for (const one of changing) {
    for (const check of checksOf(one, facts)) noteRefusal(read, one, refusalOf(check))
  }
  checkSuccessions(read, facts, changing)
}

/** What is asked of a control as one alone is asked by `createControl`, `updateControl` and `mapControl`. */
function checksOf(planned: PlannedControl, facts: ListFacts): (() => void)[] {
  const { before, after, codes, changes, parts } = planned
  const { engagement, known, applicable, people, role } = facts
  const owner = changes.ownerMemberId ? people.find(({ id }) => id === changes.ownerMemberId) : undefined
  const checks = [
    () => checkOperated(after, engagement),
    () => checkInformation(after),
    () => checkMapping(codes ?? [], { known, applicable }),
    () => owner && checkMayOwn(owner),
  ]
  if (!before) return checks
  return [
    ...checks,
    () => checkSizing(before, changes, role ?? null),
    () => after.risk !== before.risk && checkControlRating(after.risk, facts.risks.get(before.id) ?? []),
    () => parts.length > 0 && facts.begun.has(before.id) && checkChangeAuthor(role),
  ]
}

/** Whatever control took the place of another, one of which the list changes: it began after the other had ended. */
function checkSuccessions(read: ControlListRead, facts: ListFacts, changing: readonly PlannedControl[]): void {
  const planned = new Map(changing.map((one) => [one.after.id, one]))
  const controls = new Map<string, PlannedValues>(facts.controls.map((control) => [control.id, control]))
  for (const [id, { after }] of planned) controls.set(id, after)
  for (const control of controls.values()) {
    const replaced = control.replacesId === null ? undefined : controls.get(control.replacesId)
    if (!replaced) continue
    const refusal = refusalOf(() => checkReplaces(control, replaced))
    const [own, other] = [planned.get(control.id), planned.get(replaced.id)]
    if (own) noteRefusal(read, own, refusal)
    // The list does not change the one that replaces: it is the other that may not end so.
    else if (other && refusal) read.note(other.row, 'operatedTo', ['VALUE_REFUSED', refusal.message])
  }
}

function noteRefusal(read: ControlListRead, { row, codes }: PlannedControl, refusal: Refusal | null): void {
  for (const { code, message, at } of refusal ? [refusal, ...refusal.also] : []) {
    const [named, place] = at
    const field = named === undefined ? null : (fieldOf[named] ?? (named as ControlField))
    const found = field === 'criteriaCodes' && typeof place === 'number' ? codes?.[place] : undefined
    read.note(row, field, [code === 'INVALID_INPUT' ? 'VALUE_REFUSED' : 'CHANGE_REFUSED', message], found)
  }
}
