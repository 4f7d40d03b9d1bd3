import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { Day } from '../../kernel/schema/scalars.js'
import { dayOf } from '../../rules/calendar.js'
import { retainedUntil } from '../../rules/evidence.js'
import { Engagement } from '../engagement/engagement.js'
import { Evidence } from '../evidence/evidence.js'
import { Firm } from '../firm/firm.js'
import { Report } from './report.js'

/** How long evidence is kept hangs on when the report was issued: it lives with the last of the nouns. */
@Resolver(() => Evidence)
export class EvidenceRetentionResolver {
  @FieldResolver(() => Day, {
    nullable: true,
    description:
      'Until when the firm keeps it at least, by its policy; null while the engagement is under way. While a legal hold is in force it is kept beyond that.',
  })
  async retainUntil(@Root() { engagementId, firmId }: Evidence, @Ctx() { loaders }: Context): Promise<string | null> {
    const [engagement, report, firm] = await Promise.all([
      loaders.byId(Engagement, engagementId),
      loaders.child(Report, 'engagementId', engagementId),
      loaders.byId(Firm, firmId),
    ])
    const endedAt = report?.createdAt ?? engagement?.withdrawnAt ?? null
    return retainedUntil(endedAt && dayOf(endedAt), (firm as Firm).retentionYears)
  }
}
