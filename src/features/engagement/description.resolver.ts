import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { DescriptionSection } from './description-section.js'
import { Engagement } from './engagement.js'

@Resolver(() => Engagement)
export class EngagementDescriptionResolver {
  @FieldResolver(
    () => [DescriptionSection],
    atMost(9, 'The description of the system by management, DC1 to DC9, as far as written.'),
  )
  async descriptionSections(@Root() engagement: Engagement, @Ctx() context: Context): Promise<DescriptionSection[]> {
    const order = { criterion: 'asc' } as const
    return context.loaders.children(DescriptionSection, 'engagementId', engagement.id, order)
  }
}
