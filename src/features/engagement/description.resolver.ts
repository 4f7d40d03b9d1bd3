import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { writeDescriptionSection } from './description.actions.js'
import { WriteDescriptionSectionInput } from './description.inputs.js'
import { DescriptionSection } from './description-section.js'
import { Engagement } from './engagement.js'

const WriteDescriptionSectionPayload = payloadOf('WriteDescriptionSectionPayload', {
  descriptionSection: [() => DescriptionSection, 'The section as written.'],
})

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

  @Mutation(() => WriteDescriptionSectionPayload, {
    description: 'Writes one section of the description of the system, for management.',
  })
  writeDescriptionSection(
    @Arg('input', () => WriteDescriptionSectionInput) input: WriteDescriptionSectionInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, writeDescriptionSection)
  }
}
