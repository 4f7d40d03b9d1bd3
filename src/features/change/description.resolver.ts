import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { WriteDescriptionSectionInput } from '../engagement/description.inputs.js'
import { DescriptionSection } from '../engagement/description-section.js'
import { writeDescriptionSection } from './description.actions.js'

const WriteDescriptionSectionPayload = payloadOf('WriteDescriptionSectionPayload', {
  descriptionSection: [() => DescriptionSection, 'The section as written.'],
})

@Resolver(() => DescriptionSection)
export class DescriptionChangeResolver {
  @Mutation(() => WriteDescriptionSectionPayload, {
    description:
      'Writes one section of the description of the system, for management. What is written anew once testing has begun is told to the auditor, who acknowledges it before the report.',
  })
  writeDescriptionSection(
    @Arg('input', () => WriteDescriptionSectionInput) input: WriteDescriptionSectionInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, writeDescriptionSection)
  }
}
