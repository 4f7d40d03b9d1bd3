import type { NewRow } from '../../kernel/store/row.js'
import { scopeOf } from '../../kernel/store/scope.js'
import { type Changed, updatedColumns } from '../../kernel/store/updates.js'
import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { procedureLifecycle } from '../../rules/lifecycles.js'
import { checkUpdatePlan, type UpdatePlan } from '../../rules/population-gaps.js'
import { checkAspects, inOrderOf, repeatedLetters } from '../../rules/procedures.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { procedureAspects, procedureMethods } from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { withdrawConclusion } from '../control/withdraw-conclusion.js'
import { Engagement } from '../engagement/engagement.js'
import { TeamMember } from '../engagement/team-member.js'
import { Attribute } from './attribute.js'
import type {
  AttributeInput,
  PlanProcedureInput,
  StartProcedureInput,
  UpdateProcedureInput,
} from './procedure.inputs.js'
import { Procedure } from './procedure.js'
import { hasResults } from './procedure.queries.js'

/** Plans a procedure. A conclusion on the control rested on the procedures there were: it is withdrawn. */
export async function planProcedure(tx: WriteTx, input: PlanProcedureInput): Promise<{ procedure: Procedure }> {
  const control = await tx.load(Control, input.controlId, undefined, 'update')
  await tx.permit(control)
  await checkPlan(tx, control.engagementId, input)
  const { coversFrom = null, coversTo = null, aspects, methods } = input
  await checkCovers(tx, control.engagementId, {
    ...{ coversFrom, coversTo, aspects, methods },
    attributes: input.attributes.length,
  })
  const made = { controlId: control.id, plan: plannedColumns(tx, input), attributes: input.attributes }
  const [procedure] = await insertProcedures(tx, control.engagementId, [made])
  await withdrawConclusion(tx, control)
  return { procedure: procedure as Procedure }
}

/** A procedure that is planned, its methods and aspects in the order of their vocabularies. */
interface MadeProcedure {
  controlId: string
  plan: NewRow<Procedure>
  attributes: readonly Pick<Attribute, 'letter' | 'description'>[]
}

/** Makes procedures of controls of an engagement that the caller was permitted to plan, in the order given. */
export async function insertProcedures(
  tx: WriteTx,
  engagementId: string,
  made: readonly MadeProcedure[],
): Promise<Procedure[]> {
  const procedures = await tx.insertMany(
    Procedure,
    made.map(({ controlId, plan }) => ({ ...plan, controlId })),
    { common: { engagementId, state: 'PLANNED' } },
  )
  await tx.insertMany(
    Attribute,
    procedures.flatMap((procedure, at) => attributesOf(procedure, made[at]?.attributes ?? [])),
  )
  return procedures
}

const attributesOf = ({ engagementId, id: procedureId }: Procedure, given: MadeProcedure['attributes']) =>
  given.map(({ letter, description }) => ({ engagementId, procedureId, letter, description }))

/** Changes the plan. Attributes are fixed once a result is recorded: a result is about what was asked then. */
export async function updateProcedure(tx: WriteTx, input: UpdateProcedureInput): Promise<{ procedure: Procedure }> {
  const procedure = await tx.load(Procedure, input.procedureId, input.expectedVersion, 'update')
  await tx.permit(procedure)
  const changes = plannedColumns(tx, input)
  const attributes = input.attributes === null ? [] : input.attributes
  await checkPlan(tx, procedure.engagementId, { ...changes, aspects: input.aspects ?? undefined, attributes })
  await checkCovers(tx, procedure.engagementId, {
    ...{ ...procedure, ...changes },
    attributes: attributes?.length ?? (await tx.find(Attribute, { procedureId: procedure.id })).length,
  })
  const replaced = attributes ? await replaceAttributes(tx, procedure, attributes) : false
  await tx.update(procedure, changes)
  // Attributes are part of what was read, also where they alone change.
  if (replaced && procedure.version === input.expectedVersion) await tx.touch(procedure)
  return { procedure }
}

export async function startProcedure(tx: WriteTx, input: StartProcedureInput): Promise<{ procedure: Procedure }> {
  const procedure = await tx.load(Procedure, input.procedureId, input.expectedVersion)
  await tx.permit(procedure)
  await tx.update(procedure, { state: procedureLifecycle.move(procedure.state, 'IN_PROGRESS') })
  return { procedure }
}

/** What the plan of a procedure says, beside its attributes. */
const planned = [
  'ref',
  'methods',
  'aspects',
  'objective',
  'steps',
  'workpaperRef',
  'assigneeId',
  'coversFrom',
  'coversTo',
] as const

/** The columns that a plan sets; methods and aspects are sets, kept in the order of their vocabularies. */
function plannedColumns(tx: WriteTx, input: Changed<Pick<Procedure, (typeof planned)[number]>>) {
  const { methods, aspects, ...others } = updatedColumns(tx, Procedure, input, planned)
  return {
    ...others,
    ...(methods && { methods: inOrderOf(procedureMethods, methods) }),
    ...(aspects && { aspects: inOrderOf(procedureAspects, aspects) }),
  }
}

/** Checked as far as it is given: what stays as it is was right when it was planned. */
type Planned = Partial<Pick<Procedure, 'aspects' | 'assigneeId'>> & { attributes?: AttributeInput[] }

async function checkPlan(tx: WriteTx, engagementId: string, plan: Planned): Promise<void> {
  if (plan.aspects) checkAspects((await tx.load(Engagement, engagementId)).kind, plan.aspects)
  checkEach(repeatedLetters(plan.attributes ?? []))
  await checkAssignee(tx, engagementId, plan.assigneeId ?? null)
}

/** Work is assigned to a member who works on the engagement. Refuses with NOT_FOUND or INVALID_INPUT at `assigneeId`. */
export async function checkAssignee(tx: WriteTx, engagementId: string, assigneeId: string | null): Promise<void> {
  if (assigneeId === null) return
  const assignee = isUuid(assigneeId)
    ? await tx.one(TeamMember, { engagementId, memberId: assigneeId, removedAt: null })
    : null
  if (!assignee) throw new Refusal('NOT_FOUND', 'The team has no such member.', ['assigneeId'])
  if (assignee.role === 'QUALITY_REVIEWER' || assignee.role === 'SECOND_READER') {
    throw new Refusal('INVALID_INPUT', 'It is assigned to a member who works on the engagement.', ['assigneeId'])
  }
}

/** Whether what it is to cover in place of a population, if anything, goes with the rest of its plan. */
async function checkCovers(tx: WriteTx, engagementId: string, plan: UpdatePlan): Promise<void> {
  if (plan.coversFrom === null && plan.coversTo === null) return
  checkUpdatePlan(plan, await tx.load(Engagement, engagementId))
}

/** @returns whether they are others than before */
async function replaceAttributes(
  tx: WriteTx,
  procedure: Procedure,
  given: readonly AttributeInput[],
): Promise<boolean> {
  const before = await tx.find(Attribute, { procedureId: procedure.id })
  const described = new Map(before.map(({ letter, description }) => [letter, description]))
  const same =
    before.length === given.length && given.every(({ letter, description }) => described.get(letter) === description)
  if (same) return false
  if (await hasResults(scopeOf(tx, procedure), procedure)) {
    throw new Refusal(
      'INVALID_INPUT',
      'Results are recorded against these attributes: they no longer change. Plan another procedure for other ones.',
      ['attributes'],
    )
  }
  for (const attribute of before) await tx.remove(attribute)
  await tx.insertMany(Attribute, attributesOf(procedure, given))
  return true
}
