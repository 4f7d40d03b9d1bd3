import { createHash } from 'node:crypto'
import { engagementOf } from '../../kernel/access/belonging.js'
import { sha256Of } from '../../kernel/schema/digest.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import type { Row } from '../../kernel/store/row.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import { awaitedRoles } from '../../rules/acknowledgements.js'
import { canonicalJson } from '../../rules/canonical.js'
import type { Judgment } from '../../rules/judged.js'
import { judgmentsOf } from '../../rules/judgments.js'
import { TeamMember } from '../engagement/team-member.js'
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
        const lists = await judgmentLists(scope)
        return ids.map((id) => lists.get(id) ?? [])
      },
    )
    .load(row)

async function judgmentLists(scope: EngagementScope): Promise<ReadonlyMap<string, JudgmentAgainstFigures[]>> {
  const { tx, engagementIds: engagementId } = scope
  const [facts, given, places] = await Promise.all([
    judgmentFacts(scope),
    tx.find(JudgmentAcknowledgement, { engagementId }, { order: { id: 'asc' } }),
    tx.find(TeamMember, { engagementId }),
  ])
  const team = places.filter(({ removedAt }) => removedAt === null)
  return new Map(
    engagementId.map((id, at) => {
      const judged = facts[at] ? judgmentsOf(facts[at]) : []
      const own = team.filter((place) => place.engagementId === id)
      return [id, judged.map((judgment) => shown(id, judgment, given, own))]
    }),
  )
}

function shown(
  engagementId: string,
  judgment: Judgment,
  given: readonly JudgmentAcknowledgement[],
  team: readonly TeamMember[],
): JudgmentAgainstFigures {
  const { kind, statement, figures, decidedAt, reason } = judgment
  const id = idOf(engagementId, judgment)
  const figuresDigest = digestOf(judgment)
  const acknowledged = given.filter((one) => one.judgmentId === id && one.figuresDigest === figuresDigest)
  const standing = acknowledged.map(({ role, acknowledgedBy }) => ({ role, memberId: acknowledgedBy, figuresDigest }))
  const awaited = awaitedRoles(figuresDigest, standing, team)
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
