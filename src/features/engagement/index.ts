import { EngagementDescriptionResolver } from './description.resolver.js'
import { DescriptionSection } from './description-section.js'
import { Engagement } from './engagement.js'
import { ClientEngagementsResolver, EngagementResolver, ScopeChangeResolver } from './engagement.resolver.js'
import { ScopeChange } from './scope-change.js'
import { EngagementTeamResolver, TeamResolver, ViewerTeamsResolver } from './team.resolver.js'
import { TeamMember } from './team-member.js'

export const engagement = {
  name: 'engagement',
  rows: [Engagement, TeamMember, DescriptionSection, ScopeChange],
  resolvers: [
    EngagementResolver,
    ClientEngagementsResolver,
    ScopeChangeResolver,
    TeamResolver,
    EngagementTeamResolver,
    ViewerTeamsResolver,
    EngagementDescriptionResolver,
  ],
}
