import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Attribute } from '../procedure/attribute.js'
import { limits as procedureLimits } from '../procedure/procedure.inputs.js'
import {
  AttributeEvaluation,
  attributesOf,
  attributesOfControl,
  ControlAttributeEvaluation,
} from './attribute-evaluation.js'
import { ControlEvaluation } from './control-evaluation.resolver.js'
import { Evaluation } from './evaluation.js'

/** So many texts of attributes of a control are told apart. */
const TEXTS_MAX = 100

@Resolver(() => Evaluation)
export class AttributesOfEvaluation {
  @FieldResolver(
    () => [AttributeEvaluation],
    atMost(procedureLimits.attributes, 'The same for each attribute, in the order of the letters.'),
  )
  attributes(@Root() { sample }: Evaluation, @Ctx() context: Context): Promise<AttributeEvaluation[]> {
    return attributesOf(context.loaders, sample)
  }
}

@Resolver(() => AttributeEvaluation)
export class AttributeEvaluationResolver {
  @FieldResolver(() => Attribute, { description: 'The attribute that the items were tested for.' })
  attribute(@Root() { attributeId }: AttributeEvaluation, @Ctx() context: Context): Promise<Attribute | null> {
    return context.loaders.byId(Attribute, attributeId)
  }
}

@Resolver(() => ControlEvaluation)
export class AttributesOfControl {
  @FieldResolver(
    () => [ControlAttributeEvaluation],
    atMost(
      TEXTS_MAX,
      'The same for each attribute, those with the most deviations first: attributes of several procedures with the same text are one.',
    ),
  )
  async attributes(
    @Root() { control }: ControlEvaluation,
    @Ctx() context: Context,
  ): Promise<ControlAttributeEvaluation[]> {
    return (await attributesOfControl(context.loaders, control)).slice(0, TEXTS_MAX)
  }
}
