import { v7 as newId } from 'uuid'
import type { Whole } from '../../kernel/store/row.js'
import { type PartChanged, partsChanged } from '../../rules/changes.js'
import { columnTitles, neededFields } from '../../rules/control-columns.js'
import { codesIn } from '../../rules/control-words.js'
import type * as words from '../../rules/vocabulary.js'
import { notCompared } from '../change/change.actions.js'
import type { ControlChanges } from '../change/save-control.js'
import { Control } from '../control/control.js'
import { inFigures, type Wrong } from '../import/problems.js'
import { checkPlannedControls } from './list-checks.js'
import type { ListFacts } from './list-facts.js'
import type { ControlListRead, ListRow } from './read-list.js'
import type { SaidControl } from './said-control.js'

/** What may be said once for all new controls. */
const saidOnce = ['owner', 'frequency', 'nature', 'type', 'area', 'isKey', 'risk'] as const
type SaidOnce = (typeof saidOnce)[number]
const isSaidOnce = (field: string): field is SaidOnce => (saidOnce as readonly string[]).includes(field)

/** What holds for new controls where the list says nothing. */
export type ForNewControls = { [F in SaidOnce]?: SaidControl[F] }

/** What an import is to make of controls, as it was said. */
export interface ListChoice {
  existing: words.ExistingChoice
  defaults: ForNewControls
}

/** A control as the list leaves it: new, or one that the engagement has. */
export interface PlannedControl {
  row: ListRow
  /** As it is; null where it is new. */
  before: Whole<Control> | null
  after: PlannedValues
  /** What of it becomes another. */
  changes: ControlChanges
  /** The codes of its criteria; null where they stay. */
  codes: string[] | null
  outcome: words.ImportOutcome
  /** What differs, part by part. */
  parts: PartChanged[]
}

/** A control as far as a list says it. */
export type PlannedValues = Pick<
  Whole<Control>,
  | 'id'
  | 'ref'
  | 'title'
  | 'description'
  | 'owner'
  | 'ownerMemberId'
  | 'frequency'
  | 'nature'
  | 'type'
  | 'area'
  | 'isKey'
  | 'risk'
  | 'operatedFrom'
  | 'operatedTo'
  | 'replacesId'
  | 'ipe'
  | 'ipeReliability'
>

/** The columns of a control that a list says as they are kept. */
const plainFields = [
  ...(['title', 'description', 'owner', 'frequency', 'nature', 'type', 'area', 'isKey', 'risk'] as const),
  ...(['operatedFrom', 'operatedTo', 'ipe', 'ipeReliability'] as const),
] as const
const clearable: readonly string[] = ['operatedFrom', 'operatedTo', 'ipe', 'ipeReliability']

const refOf = (ref: string): string => ref.toLowerCase()

/**
 * What a list makes of the controls of an engagement: which are new, which become another, which stay. Every problem is noted in the
 * list, whatever else is wrong: what `createControl`, `updateControl` and `mapControl` refuse of one is a problem of its row.
 * @returns the rows without a problem, in the order of the list
 */
export function plannedControls(
  read: ControlListRead,
  said: readonly SaidControl[],
  facts: ListFacts,
  choice: ListChoice,
): PlannedControl[] {
  const planning = new Planning(read, facts, choice)
  const planned = read.rows.flatMap((row, at) => planning.plan(row, said[at] as SaidControl) ?? [])
  planning.noteMissingColumns()
  planning.noteTooMany(planned)
  planned.forEach((one) => {
    planning.relate(one)
  })
  checkPlannedControls(read, facts, planned)
  return planned.filter(({ row }) => !row.isFaulty)
}

class Planning {
  readonly #byRef: Map<string, Whole<Control>>
  readonly #rowOfRef = new Map<string, number>()
  /** All controls, those that the list adds too: their ids by their references, and the other way round. */
  readonly #ids = new Map<string, string>()
  readonly #refs = new Map<string, string>()
  readonly #said = new Map<PlannedControl, SaidControl>()
  /** What new controls cannot do without, and neither a column nor what holds for new ones says. */
  readonly #unsaid: readonly (typeof neededFields)[number][]
  #isAnyNew = false

  constructor(
    private readonly read: ControlListRead,
    private readonly facts: ListFacts,
    private readonly choice: ListChoice,
  ) {
    this.#byRef = new Map(facts.controls.map((control) => [refOf(control.ref), control]))
    for (const control of facts.controls) this.#know(control)
    this.#unsaid = neededFields.filter((field) => !read.columns[field] && this.#saidOnce(field) === null)
  }

  /** What a row makes, but for what it says of other rows; null where its own cells do not say enough. */
  plan(row: ListRow, said: SaidControl): PlannedControl | null {
    const { ref } = said
    if (ref === null)
      this.read.note(row, 'ref', ['VALUE_MISSING', 'The reference is missing; every control needs one.'])
    if (!ref) return null
    const first = this.#rowOfRef.get(refOf(ref))
    if (first !== undefined) {
      this.read.note(row, 'ref', [
        'KEY_REPEATED',
        `The reference stands in row ${first} already, whatever its capitals.`,
      ])
      return null
    }
    this.#rowOfRef.set(refOf(ref), row.row)
    const before = this.#byRef.get(refOf(ref)) ?? null
    if (before?.retiredAt) this.read.note(row, 'ref', retired)
    else if (before && this.choice.existing === 'REFUSE') this.read.note(row, 'ref', taken)
    const planned = before ? this.#change(row, said, before) : this.#create(row, said, ref)
    this.#said.set(planned, said)
    return planned
  }

  /** A new control; what is missing is noted. */
  #create(row: ListRow, said: SaidControl, ref: string): PlannedControl {
    this.#isAnyNew = true
    const id = newId()
    this.#know({ ref, id })
    const after: Record<string, unknown> = { id, ref, ownerMemberId: null, replacesId: null }
    for (const field of plainFields) {
      after[field] = said[field] ?? this.#saidOnce(field)
      if (after[field] !== null || said[field] !== null || clearable.includes(field)) continue
      this.#noteEmpty(row, field, isSaidOnce(field) ? `, or say by defaults.${field} what holds for new controls` : '')
    }
    const values = after as unknown as PlannedValues
    return { row, before: null, after: values, changes: {}, codes: [], outcome: 'CREATED', parts: [] }
  }

  #change(row: ListRow, said: SaidControl, before: Whole<Control>): PlannedControl {
    const planned = { row, before, changes: {}, codes: null, outcome: 'UNCHANGED', parts: [] } as const
    if (this.choice.existing !== 'UPDATE' || before.retiredAt) return { ...planned, after: before, parts: [] }
    const changes: Record<string, unknown> = {}
    for (const field of plainFields) {
      const value = said[field]
      if (value === undefined || value === before[field]) continue
      if (value === null && !clearable.includes(field)) this.#noteEmpty(row, field)
      else changes[field] = value
    }
    return { ...planned, changes, after: { ...before, ...changes }, parts: [] }
  }

  #saidOnce = (field: (typeof plainFields)[number]) =>
    (isSaidOnce(field) ? this.choice.defaults[field] : undefined) ?? null

  #noteEmpty(row: ListRow, field: (typeof plainFields)[number], advice = ''): void {
    this.read.note(row, field, ['VALUE_MISSING', `${columnTitles[field]} is missing: fill it in${advice}.`])
  }

  /** What a row says of other rows, of the client's people and of criteria; and what all of it comes to. */
  relate(planned: PlannedControl): void {
    const { row, before, after } = planned
    const said = this.#said.get(planned) as SaidControl
    if (before && (this.choice.existing !== 'UPDATE' || before.retiredAt)) return
    const named = { replacesId: this.#replaced(row, said, after), ownerMemberId: this.#owner(row, said, after) }
    for (const [name, id] of Object.entries(named)) {
      if (id === after[name as keyof typeof named]) continue
      Object.assign(after, { [name]: id })
      Object.assign(planned.changes, { [name]: id })
    }
    const mapped = (before ? (this.facts.mapped.get(before.id) ?? []) : []).map(({ criterionCode }) => criterionCode)
    if (said.criteriaCodes !== undefined) {
      const codes = codesIn(said.criteriaCodes ?? '', this.facts.known)
      const isSame = codes.length === mapped.length && codes.every((code) => mapped.includes(code))
      planned.codes = isSame && before ? null : codes
    }
    if (!before) return
    const partsOf = (control: PlannedValues, criteria: readonly string[]) => ({
      ...control,
      ...notCompared,
      replaces: this.#refOfId(control.replacesId),
      criteria,
    })
    planned.parts = partsChanged(partsOf(before, mapped), partsOf(after, planned.codes ?? mapped))
    if (planned.codes !== null || Object.keys(planned.changes).length > 0) planned.outcome = 'UPDATED'
  }

  #know({ ref, id }: { ref: string; id: string }): void {
    this.#ids.set(refOf(ref), id)
    this.#refs.set(id, ref)
  }

  #refOfId = (id: string | null): string | null => (id === null ? null : (this.#refs.get(id) ?? null))

  #replaced(row: ListRow, { replaces }: SaidControl, { id, replacesId }: PlannedValues): string | null {
    if (replaces === undefined) return replacesId
    if (replaces === null) return null
    const replaced = this.#ids.get(refOf(replaces))
    if (replaced === undefined) this.read.note(row, 'replaces', unknownReference)
    if (replaced === id) this.read.note(row, 'replaces', itself)
    return replaced === undefined || replaced === id ? replacesId : replaced
  }

  #owner(row: ListRow, { ownerEmail }: SaidControl, { ownerMemberId }: PlannedValues): string | null {
    if (ownerEmail === undefined) return ownerMemberId
    if (ownerEmail === null) return null
    const address = ownerEmail.trim().toLowerCase()
    const found = this.facts.people.find(({ email }) => email.toLowerCase() === address)
    if (!found) this.read.note(row, 'ownerEmail', unknownAddress)
    return found?.id ?? ownerMemberId
  }

  /** What no column says of new controls is one problem, at the header. */
  noteMissingColumns(): void {
    if (!this.#isAnyNew) return
    for (const field of this.#unsaid) {
      const advice = isSaidOnce(field) ? `, or say by defaults.${field} what holds for new controls` : ''
      const message = `No column of the list is known to say of new controls: ${columnTitles[field]}. Choose it by columns.${field}${advice}.`
      this.read.problems.note({ row: this.read.list.headerRow as number }, ['COLUMN_MISSING', message])
    }
  }

  noteTooMany(planned: readonly PlannedControl[]): void {
    const max = Control.bounds.engagementId
    const added = planned.filter(({ before }) => before === null)
    const firstBeyond = added[max - this.facts.controls.length]
    if (!firstBeyond) return
    const message = `With this row the engagement would have more than ${inFigures(max)} controls, retired ones among them.`
    this.read.note(firstBeyond.row, null, ['TOO_MANY', message])
  }
}

const taken: Wrong = [
  'REF_TAKEN',
  'The engagement has a control of this reference already: leave it as it is, or have it updated, by existing.',
]
const retired: Wrong = [
  'REF_TAKEN',
  'The control of this reference was retired. It stays as it is, and its reference is not used again: leave the row out.',
]
const unknownReference: Wrong = [
  'VALUE_REFUSED',
  'Neither the engagement nor the list has a control of this reference.',
]
const itself: Wrong = ['VALUE_REFUSED', 'A control does not replace itself.']
const unknownAddress: Wrong = ['VALUE_REFUSED', 'No person of the client has this e-mail address.']
