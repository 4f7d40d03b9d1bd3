import { type Days, daysInWords, lieWithin } from './coverage.js'
import type { Cycle } from './cycles.js'
import { type Blocker, blocker } from './refusal.js'
import type { UpdateMatterKind } from './vocabulary.js'

/**
 * What an update procedure must look at (product page 4; AU-C 330 on controls tested at an interim date, general knowledge of the sister
 * rule for examinations: evidence about significant changes since then, and what further evidence the remaining time needs). Its preparer
 * answers each matter before it is signed; one that comes up afterwards is answered before completion.
 */

/** An entry of a register: what the client changes of it makes it another version. */
interface Entry {
  id: string
  version: number
  withdrawnAt: Date | null
}

/** What is known of a control and its client that concerns the days of an update procedure. */
export interface UpdateFacts {
  days: Days
  /** The ids of what the partner changed about the control after its testing began. */
  controlChanges: readonly string[]
  /** What the client shared of its registers. */
  systemChanges: readonly (Entry & { effectiveOn: string })[]
  incidents: readonly (Entry & { occurredOn: string; resolvedOn: string | null })[]
  /** The ids of the confirmed exceptions on the control that other procedures led to. */
  exceptions: readonly string[]
  /** The ids of the general controls that it relies on. */
  generalControls: readonly string[]
  /** The occurrences that the period asks of it. */
  cycles: readonly Pick<Cycle, 'label' | 'dueOn'>[]
}

/** A matter that an update procedure must look at. */
export interface UpdateMatterFound {
  kind: UpdateMatterKind
  days: Days
  /** The ids of what it is about, in their order. */
  aboutIds: string[]
  /** Of each, in the same order, the version of an entry of a register; 0 of all else, which does not change what there is to look at. */
  aboutVersions: number[]
  /** The cycles that it is about. */
  labels: string[]
  /** What is to be looked at, in one sentence. */
  message: string
}

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/**
 * The matters of these days, in the order of the vocabulary. Whether the control is still the same is always one; each other only where
 * there is something to look at.
 */
export function updateMattersIn(facts: UpdateFacts): UpdateMatterFound[] {
  const { days, controlChanges, exceptions, generalControls } = facts
  const stands = ({ withdrawnAt }: { withdrawnAt: Date | null }) => withdrawnAt === null
  const systemChanges = facts.systemChanges.filter(
    (one) => stands(one) && one.effectiveOn >= days.from && one.effectiveOn <= days.to,
  )
  const incidents = facts.incidents.filter(
    (one) => stands(one) && one.occurredOn <= days.to && (one.resolvedOn === null || one.resolvedOn >= days.from),
  )
  const labels = facts.cycles.filter(({ dueOn }) => dueOn >= days.from && dueOn <= days.to).map(({ label }) => label)
  const when = daysInWords(days)
  const matterOf = (
    kind: UpdateMatterKind,
    about: readonly Pick<Entry, 'id' | 'version'>[],
    message: string,
    labels: string[] = [],
  ) => {
    const sorted = about.toSorted((one, other) => (one.id < other.id ? -1 : 1))
    const versions = sorted.map(({ version }) => version)
    return { kind, days, aboutIds: sorted.map(({ id }) => id), aboutVersions: versions, labels, message }
  }
  const matter = (kind: UpdateMatterKind, ids: readonly string[], message: string, labels?: string[]) =>
    matterOf(
      kind,
      ids.map((id) => ({ id, version: 0 })),
      message,
      labels,
    )
  const among = <T>(all: readonly T[], make: () => UpdateMatterFound) => (all.length > 0 ? [make()] : [])
  return [
    matter('SAME_CONTROL', controlChanges, sameControl(when, controlChanges.length)),
    ...among(systemChanges, () =>
      matterOf(
        'SYSTEM_CHANGES',
        systemChanges,
        `Look at ${counted(systemChanges.length, 'change')} of the organization or the system that took effect ${when}.`,
      ),
    ),
    ...among(incidents, () =>
      matterOf(
        'INCIDENTS',
        incidents,
        `Look at ${counted(incidents.length, 'incident')} that occurred or went on ${when}.`,
      ),
    ),
    ...among(exceptions, () =>
      matter(
        'EARLIER_FINDINGS',
        exceptions,
        `Look at whether what ${counted(exceptions.length, 'exception')} on the control reported went on ${when}.`,
      ),
    ),
    ...among(generalControls, () =>
      matter(
        'GENERAL_CONTROLS',
        generalControls,
        `See that ${counted(generalControls.length, 'general control')} it relies on operated ${when}.`,
      ),
    ),
    ...among(labels, () =>
      matter(
        'OCCURRENCES',
        [],
        `See that the control was performed for ${counted(labels.length, 'cycle')} that fell due ${when}.`,
        labels,
      ),
    ),
  ]
}

const sameControl = (when: string, changes: number): string =>
  `Ask and see whether the control, who performs it and what it runs on stayed the same ${when}${
    changes === 0 ? '' : `; the partner changed what is recorded of it (${counted(changes, 'change')})`
  }.`

/** What an answer was given to. */
export interface MatterAnswered {
  kind: UpdateMatterKind
  coversFrom: string
  coversTo: string
  aboutIds: readonly string[]
  aboutVersions: readonly number[]
  labels: readonly string[]
}

/** Whether an answer still answers a matter: it was given to all that the matter is about now, as it is now, on all its days. */
export function isAnsweredBy(matter: UpdateMatterFound, answer: MatterAnswered): boolean {
  return (
    answer.kind === matter.kind &&
    lieWithin(matter.days, { from: answer.coversFrom, to: answer.coversTo }) &&
    matter.aboutIds.every((id, at) => {
      const answered = answer.aboutIds.indexOf(id)
      return answered >= 0 && answer.aboutVersions[answered] === matter.aboutVersions[at]
    }) &&
    matter.labels.every((label) => answer.labels.includes(label))
  )
}

/** What stands between an update procedure and its signature, and between the engagement and its completion. */
export const updateMatterBlocker = (
  { id, ref }: { id: string; ref: string },
  { message }: UpdateMatterFound,
): Blocker => blocker('UPDATE_MATTER_OPEN', `Update procedure ${ref}: ${message}`, id)
