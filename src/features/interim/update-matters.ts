import { sha256Of } from '../../kernel/schema/digest.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import { canonicalJson } from '../../rules/canonical.js'
import type { Days } from '../../rules/coverage.js'
import type { Blocker } from '../../rules/refusal.js'
import {
  isAnsweredBy,
  type UpdateMatterFound,
  updateMatterBlocker,
  updateMattersIn,
} from '../../rules/update-matters.js'
import { Control } from '../control/control.js'
import { ControlReliance } from '../control/control-reliance.js'
import { Engagement } from '../engagement/engagement.js'
import { cyclesOf } from '../occurrence/occurrences.js'
import type { Procedure } from '../procedure/procedure.js'
import { Incident } from '../register/incident.js'
import { SystemChange } from '../register/system-change.js'
import { type RecordedSince, recordedSince } from './interim.queries.js'
import { UpdateAnswer } from './update-answer.js'

/** A matter that an update procedure must look at, with what was said to it. */
export interface UpdateMatterStanding extends UpdateMatterFound {
  /** SHA-256 as hex of all that the matter is about: another one where there is more to look at, or less. */
  digest: string
  answer: UpdateAnswer | null
  isAnswered: boolean
}

/** The days that an update procedure covers in place of a population; null of any other procedure. */
export const updateDaysOf = ({ coversFrom, coversTo }: Pick<Procedure, 'coversFrom' | 'coversTo'>): Days | null =>
  coversFrom !== null && coversTo !== null ? { from: coversFrom, to: coversTo } : null

/**
 * What an update procedure must look at now, with the answers to it, in the order of the vocabulary; nothing of any other procedure.
 * Those of many procedures are read as a set, in a number of statements that does not depend on theirs.
 */
export async function updateMattersOf(loaders: Loaders, procedure: Procedure): Promise<UpdateMatterStanding[]> {
  const days = updateDaysOf(procedure)
  if (days === null) return []
  const control = (await loaders.byId(Control, procedure.controlId)) as Control
  const { clientId } = (await loaders.byId(Engagement, procedure.engagementId)) as Engagement
  const [recorded, systemChanges, incidents, reliances, cycles, answers] = await Promise.all([
    recordedOf(loaders, control),
    loaders.children(SystemChange, 'clientId', clientId, { id: 'asc' }),
    loaders.children(Incident, 'clientId', clientId, { id: 'asc' }),
    loaders.children(ControlReliance, 'controlId', control.id, { id: 'asc' }),
    cyclesOf(loaders, control),
    loaders.children(UpdateAnswer, 'procedureId', procedure.id, { id: 'asc' }),
  ])
  const found = updateMattersIn({
    days,
    controlChanges: recorded.filter(({ isChange }) => isChange).map(({ id }) => id),
    systemChanges,
    incidents,
    // What the procedure itself led to is no earlier finding of it.
    exceptions: recorded.filter((one) => !one.isChange && one.procedureId !== procedure.id).map(({ id }) => id),
    generalControls: reliances.map(({ reliesOnId }) => reliesOnId),
    cycles,
  })
  return found.map((matter) => {
    const answer = answers.find(({ kind }) => kind === matter.kind) ?? null
    return {
      ...matter,
      digest: digestOfMatter(matter),
      answer,
      isAnswered: answer !== null && isAnsweredBy(matter, answer),
    }
  })
}

/** UPDATE_MATTER_OPEN: what is not answered of what these procedures must look at. */
export async function openUpdateMatters(loaders: Loaders, procedures: readonly Procedure[]): Promise<Blocker[]> {
  const open = await Promise.all(
    procedures.map(async (procedure) =>
      (await updateMattersOf(loaders, procedure))
        .filter(({ isAnswered }) => !isAnswered)
        .map((matter) => updateMatterBlocker(procedure, matter)),
    ),
  )
  return open.flat()
}

const digestOfMatter = ({ kind, days, aboutIds, aboutVersions, labels }: UpdateMatterFound): string =>
  sha256Of(canonicalJson({ kind, days: { ...days }, aboutIds, aboutVersions, labels }))

const recordedOf = (loaders: Loaders, control: Control): Promise<RecordedSince[]> =>
  loaders
    .within<Control, RecordedSince[]>(
      'what was recorded of controls under update',
      ({ id }) => id,
      async (scope, ids) => {
        const found = await recordedSince(scope, ids)
        return ids.map((id) => found.filter(({ controlId }) => controlId === id))
      },
    )
    .load(control)
