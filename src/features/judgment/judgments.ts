import { createHash } from 'node:crypto'
import { engagementOf } from '../../kernel/access/belonging.js'
import { sha256Of } from '../../kernel/schema/digest.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import type { Row } from '../../kernel/store/row.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import { awaitedRoles, secondRole } from '../../rules/acknowledgements.js'
import { canonicalJson } from '../../rules/canonical.js'
import type { Judgment } from '../../rules/judged.js'
import { judgmentsOf } from '../../rules/judgments.js'
import { TeamMember } from '../engagement/team-member.js'
import { methodologyInRequest } from '../methodology/versions.js'
import { judgmentFacts } from './judgment.facts.js'
import { JudgmentAgainstFigures } from './judgment.js'
import { JudgmentAcknowledgement } from './judgment-acknowledgement.js'

/**
 * The judgments against the figures of the engagement that a row belongs to, in a request: those of all engagements asked for
 * in one tick are computed from what is read at once.
 */
export const judgmentsInRequest = (loaders: Loaders, row: Row): Promise<JudgmentAgainstFigures[]> =>
  loaders
    .within<Row, JudgmentAgainstFigures[]>(
      'judgments against the figures',
      (one) => engagementOf(one) as string,
      async (scope, ids) => {
        const lists = await judgmentLists(scope, loaders)
        return ids.map((id) => lists.get(id) ?? [])
      },
    )
    .load(row)

async function judgmentLists(
  scope: EngagementScope,
  loaders: Loaders,
): Promise<ReadonlyMap<string, JudgmentAgainstFigures[]>> {
  const { tx, engagementIds: engagementId } = scope
  const [facts, places, { requiresQualityReviewer }] = await Promise.all([
    judgmentFacts(scope),
    tx.find(TeamMember, { engagementId }),
    methodologyInRequest(loaders),
  ])
  const judged = engagementId.map((id, at) => (facts[at] ? judgmentsOf(facts[at]) : []).map((one) => asIs(id, one)))
  const given = await acknowledgedAsTheyAre(tx, engagementId, judged.flat())
  return new Map(
    engagementId.map((id, at) => {
      const team = places.filter((place) => place.engagementId === id && place.removedAt === null)
      const asked = { team, second: secondRole(team, requiresQualityReviewer) }
      return [id, (judged[at] ?? []).map((one) => shown(id, one, given.get(one.figuresDigest) ?? [], asked))]
    }),
  )
}

/** A judgment as it is now: what is acknowledged of it. */
interface AsIs {
  judgment: Judgment
  id: string
  figuresDigest: string
}

const asIs = (engagementId: string, judgment: Judgment): AsIs => ({
  judgment,
  id: idOf(engagementId, judgment),
  figuresDigest: digestOf(judgment),
})

/** The acknowledgments of judgments as they are, in the order in which they were given, by digest; none of what they were before. */
async function acknowledgedAsTheyAre(
  tx: Tx,
  engagementId: readonly string[],
  judged: readonly AsIs[],
): Promise<ReadonlyMap<string, JudgmentAcknowledgement[]>> {
  const byDigest = new Map<string, JudgmentAcknowledgement[]>()
  if (judged.length === 0) return byDigest
  const which = { judgmentId: judged.map(({ id }) => id), figuresDigest: judged.map((one) => one.figuresDigest) }
  const given = await tx.find(
    JudgmentAcknowledgement,
    { engagementId, ...which },
    { order: { id: 'asc' }, byKey: true },
  )
  for (const one of given) byDigest.set(one.figuresDigest, [...(byDigest.get(one.figuresDigest) ?? []), one])
  return byDigest
}

function shown(
  engagementId: string,
  { judgment, id, figuresDigest }: AsIs,
  given: readonly JudgmentAcknowledgement[],
  { team, second }: { team: readonly TeamMember[]; second: ReturnType<typeof secondRole> },
): JudgmentAgainstFigures {
  const { kind, statement, figures, decidedAt, reason } = judgment
  const acknowledged = given.filter((one) => one.judgmentId === id)
  const standing = acknowledged.map(({ role, acknowledgedBy }) => ({ role, memberId: acknowledgedBy, figuresDigest }))
  const awaited = awaitedRoles(figuresDigest, standing, team, second)
  return Object.assign(new JudgmentAgainstFigures(), {
    engagementId,
    judgment,
    id,
    kind,
    statement,
    figures,
    decidedAt,
    reason,
    figuresDigest,
    acknowledged,
    awaited,
    isAcknowledged: awaited.length === 0,
  })
}

/** A judgment with an acknowledgment that was awaited and is given now. */
export function acknowledgedBy(
  judgment: JudgmentAgainstFigures,
  given: JudgmentAcknowledgement,
): JudgmentAgainstFigures {
  const awaited = judgment.awaited.filter((role) => role !== given.role)
  const acknowledged = [...judgment.acknowledged, given]
  return Object.assign(new JudgmentAgainstFigures(), judgment, {
    acknowledged,
    awaited,
    isAcknowledged: awaited.length === 0,
  })
}

/** A UUID (version 8) that follows from engagement, kind and subject: the same whenever the list is computed. */
function idOf(engagementId: string, { kind, subjectId, part }: Judgment): string {
  const bytes = createHash('sha256')
    .update(canonicalJson([engagementId, kind, subjectId, part]))
    .digest()
    .subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** SHA-256 over what is acknowledged: the figures, who decided what and when, the reason and the papers it rests on. */
function digestOf({
  kind,
  subjectId,
  part,
  figures,
  statement,
  decidedBy,
  decidedAt,
  reason,
  restsOn,
}: Judgment): string {
  const said = { kind, subjectId, part, figures, statement, decidedBy, decidedAt, reason, restsOn }
  return sha256Of(canonicalJson(said))
}
