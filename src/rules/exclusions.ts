import { checkExclusionDecider } from './independence.js'
import { exclusionLifecycle } from './lifecycles.js'
import { Refusal } from './refusal.js'
import type { ExclusionOperator, ExclusionState } from './vocabulary.js'

/**
 * Items of a list that the control's own wording does not speak of (housekeeping changes, test accounts) are excluded by a rule,
 * written before anything is drawn: not waved off one by one once it is known which were drawn (product page, section 4).
 */
export interface ExclusionRule {
  column: string
  operator: ExclusionOperator
  values: readonly string[]
}

/** How many values a rule names at most, and characters each. */
export const exclusionLimits = { values: 50, valueChars: 200, perPopulation: 20 } as const

const invalid = (message: string, ...path: (string | number)[]) => new Refusal('INVALID_INPUT', message, path)

/**
 * Whether a rule can be asked of a list with these columns. Refuses with INVALID_INPUT at `column`, where the list has none of
 * this name, and at `values`: none, several where the operator compares with one, or one that is empty or too long.
 */
export function checkExclusionRule({ column, operator, values }: ExclusionRule, columns: readonly string[]): void {
  if (!columns.includes(column)) throw invalid(`The list has no such column: ${columns.join(', ')}.`, 'column')
  if (values.length === 0) throw invalid('Name what the cells are compared with.', 'values')
  if (operator !== 'ONE_OF' && values.length > 1) {
    throw invalid(`${operator} compares with one value; ONE_OF takes several.`, 'values')
  }
  const { valueChars } = exclusionLimits
  const at = values.findIndex((value) => value === '' || value.length > valueChars)
  if (at >= 0) throw invalid(`A value has 1 to ${valueChars} characters.`, 'values', at)
}

/** Whether a rule takes out the item with this cell in its column. Compared in NFC, capitals as they are. */
export function excludes({ operator, values }: Omit<ExclusionRule, 'column'>, cell: string): boolean {
  const text = cell.normalize('NFC')
  const [value = ''] = values
  if (operator === 'STARTS_WITH') return text.startsWith(value)
  if (operator === 'CONTAINS') return text.includes(value)
  return values.includes(text)
}

/**
 * Says of each item whether a rule takes it out.
 * @param columns of the list, in the order of the cells
 */
export function excludedBy(
  rules: readonly ExclusionRule[],
  columns: readonly string[],
): (cells: readonly string[]) => boolean {
  const placed = rules.map((rule) => ({ rule, at: columns.indexOf(rule.column) }))
  return (cells) => placed.some(({ rule, at }) => excludes(rule, cells[at] ?? ''))
}

const verbs: Record<ExclusionOperator, string> = {
  EQUALS: 'is',
  ONE_OF: 'is one of',
  STARTS_WITH: 'begins with',
  CONTAINS: 'contains',
}

/** The rule as a report says it: `“summary” begins with “Now working on ”`. */
export const exclusionInWords = ({ column, operator, values }: ExclusionRule): string =>
  `“${column}” ${verbs[operator]} ${values.map((value) => `“${value}”`).join(', ')}`

const sameRule = (one: ExclusionRule, other: ExclusionRule): boolean =>
  one.column === other.column &&
  one.operator === other.operator &&
  one.values.length === other.values.length &&
  one.values.every((value) => other.values.includes(value))

/**
 * The rules that a superseded population did not have: it was drawn from, perhaps, so that a rule written now could be written for
 * an item that was seen. Its own rules may be kept, or dropped.
 */
export const writtenAfterDrawing = <R extends ExclusionRule>(
  rules: readonly R[],
  before: readonly ExclusionRule[],
): R[] => rules.filter((rule) => !before.some((one) => sameRule(one, rule)))

interface ExclusionFact {
  state: ExclusionState
  createdBy: string | null
}

/** Refuses with INVALID_TRANSITION what was decided, and with SEPARATION_OF_DUTIES the person who proposed it. */
export function checkExclusionDecidable({ state, createdBy }: ExclusionFact, actor: { memberId: string }): void {
  exclusionLifecycle.checkMove(state, 'APPROVED')
  checkExclusionDecider({ proposer: createdBy ?? '', decider: actor.memberId })
}

/** Refuses with INVALID_TRANSITION what was declined or withdrawn. */
export const checkExclusionWithdrawable = ({ state }: ExclusionFact): void =>
  exclusionLifecycle.checkMove(state, 'WITHDRAWN')

/**
 * Exclusions leave items of the list: a control of which every item is excluded has a list that says nothing. Refuses with INVALID_INPUT.
 */
export function checkLeavesItems(
  { excludedCount, ofCount }: { excludedCount: number; ofCount: number },
  path: readonly string[],
): void {
  if (excludedCount < ofCount) return
  throw new Refusal('INVALID_INPUT', 'Every item of the list would be excluded: nothing would be left to test.', path)
}
