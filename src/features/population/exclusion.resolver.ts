import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { exclusionLimits } from '../../rules/exclusions.js'
import { Member } from '../firm/member.js'
import { decideExclusion, proposeExclusion, withdrawExclusion } from './exclusion.actions.js'
import { DecideExclusionInput, ProposeExclusionInput, WithdrawExclusionInput } from './exclusion.inputs.js'
import { PopulationExclusion } from './exclusion.js'
import { Population } from './population.js'

const payload = (name: string, description: string) =>
  payloadOf(name, {
    exclusion: [() => PopulationExclusion, description] as const,
    population: [() => Population, 'The population that it is of.'] as const,
  })
const ProposeExclusionPayload = payload('ProposeExclusionPayload', 'The exclusion as it was proposed.')
const DecideExclusionPayload = payload('DecideExclusionPayload', 'The exclusion with the decision on it.')
const WithdrawExclusionPayload = payload('WithdrawExclusionPayload', 'The exclusion as it was withdrawn.')

@Resolver(() => PopulationExclusion)
export class ExclusionResolver {
  @FieldResolver(() => Population, { description: 'The population whose items it takes out.' })
  population(@Root() { populationId }: PopulationExclusion, @Ctx() context: Context): Promise<Population | null> {
    return context.loaders.byId(Population, populationId)
  }

  @FieldResolver(() => Member, { description: 'The auditor who proposed it.' })
  proposedBy(@Root() { createdBy }: PopulationExclusion, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, createdBy)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'Who decided on it: another person.' })
  decidedBy(@Root() exclusion: PopulationExclusion, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, exclusion.decidedBy)
  }

  @Mutation(() => ProposeExclusionPayload, {
    description:
      'Proposes a rule by which items of a draft’s list are none of the population. It awaits another person.',
  })
  proposeExclusion(@Arg('input', () => ProposeExclusionInput) input: ProposeExclusionInput, @Ctx() context: Context) {
    return context.runMutation(input, proposeExclusion)
  }

  @Mutation(() => DecideExclusionPayload, { description: 'Agrees with an exclusion, or declines it with a note.' })
  decideExclusion(@Arg('input', () => DecideExclusionInput) input: DecideExclusionInput, @Ctx() context: Context) {
    return context.runMutation(input, decideExclusion)
  }

  @Mutation(() => WithdrawExclusionPayload, { description: 'Takes an exclusion back while the population is a draft.' })
  withdrawExclusion(
    @Arg('input', () => WithdrawExclusionInput) input: WithdrawExclusionInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, withdrawExclusion)
  }
}

/** Exclusions as parts of their population. */
@Resolver(() => Population)
export class PopulationExclusions {
  @FieldResolver(
    () => [PopulationExclusion],
    atMost(
      exclusionLimits.perPopulation,
      'Its exclusions, declined and withdrawn ones among them, in the order of proposal.',
    ),
  )
  exclusions(@Root() { id }: Population, @Ctx() context: Context): Promise<PopulationExclusion[]> {
    return context.loaders.children(PopulationExclusion, 'populationId', id, { id: 'asc' })
  }
}
