import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { atMost } from '../../kernel/schema/bounded-list.js'
import { Node } from '../../kernel/schema/node.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import type { Row, RowClass } from '../../kernel/store/row.js'
import { evidenceMax, evidenceOfResultMax } from '../../rules/evidence-links.js'
import { Evidence } from '../evidence/evidence.js'
import { EvidenceLink } from '../evidence/evidence-link.js'
import { evidenceOf } from '../evidence/linked.js'
import { Exception } from '../exception/exception.js'
import { Population } from '../population/population.js'
import { Procedure } from '../procedure/procedure.js'
import { ManagementResponse } from '../response/management-response.js'
import { Result } from '../sample/result.js'
import { Walkthrough } from '../walkthrough/walkthrough.js'
import { linkEvidence, unlinkEvidence } from './linking.actions.js'
import { LinkEvidenceInput, UnlinkEvidenceInput } from './linking.inputs.js'

const node = [() => Node, 'What the evidence supports, or did, as the act left it.'] as const
const evidence = [() => Evidence, 'The evidence, which the act left as it was.'] as const
const LinkEvidencePayload = payloadOf('LinkEvidencePayload', {
  node,
  evidence,
  evidenceLink: [() => EvidenceLink, 'The link that was made.'],
})
const UnlinkEvidencePayload = payloadOf('UnlinkEvidencePayload', { node, evidence })

@Resolver(() => EvidenceLink)
export class LinkingResolver {
  @FieldResolver(() => Node, { description: 'What the evidence supports.' })
  node(@Root() { nodeType, nodeId }: EvidenceLink, @Ctx() context: Context): Promise<Row | null> {
    return context.loaders.byId(context.database.rowClass(nodeType) as RowClass, nodeId)
  }

  @Mutation(() => LinkEvidencePayload, {
    description:
      'Says that a piece of evidence supports a procedure, a walkthrough, a result, a population or an exception; for the client, its response.',
  })
  linkEvidence(@Arg('input', () => LinkEvidenceInput) input: LinkEvidenceInput, @Ctx() context: Context) {
    return context.runMutation(input, linkEvidence)
  }

  @Mutation(() => UnlinkEvidencePayload, {
    description:
      'Takes back that a piece of evidence supports something, while that is not signed, fixed, communicated or submitted.',
  })
  unlinkEvidence(@Arg('input', () => UnlinkEvidenceInput) input: UnlinkEvidenceInput, @Ctx() context: Context) {
    return context.runMutation(input, unlinkEvidence)
  }
}

@Resolver(() => Procedure)
export class EvidenceOfProcedure {
  @FieldResolver(
    () => [Evidence],
    atMost(evidenceMax, 'The evidence that it rests on, in the order of linking; signatures cover it.'),
  )
  evidence(@Root() { id }: Procedure, @Ctx() { loaders }: Context): Promise<Evidence[]> {
    return evidenceOf(loaders, id)
  }
}

@Resolver(() => Walkthrough)
export class EvidenceOfWalkthrough {
  @FieldResolver(
    () => [Evidence],
    atMost(
      evidenceMax,
      'The evidence of what was traced, in the order of linking; signatures on its procedure cover it.',
    ),
  )
  evidence(@Root() { id }: Walkthrough, @Ctx() { loaders }: Context): Promise<Evidence[]> {
    return evidenceOf(loaders, id)
  }
}

@Resolver(() => Result)
export class EvidenceOfResult {
  @FieldResolver(
    () => [Evidence],
    atMost(evidenceOfResultMax, 'The evidence of what the item showed, in the order of linking; signatures cover it.'),
  )
  evidence(@Root() { id }: Result, @Ctx() { loaders }: Context): Promise<Evidence[]> {
    return evidenceOf(loaders, id)
  }
}

@Resolver(() => Population)
export class EvidenceOfPopulation {
  @FieldResolver(
    () => [Evidence],
    atMost(
      evidenceMax,
      'The evidence of how the list was obtained and checked, such as the query that was run, in the order of linking.',
    ),
  )
  supportingEvidence(@Root() { id }: Population, @Ctx() { loaders }: Context): Promise<Evidence[]> {
    return evidenceOf(loaders, id)
  }
}

@Resolver(() => Exception)
export class EvidenceOfException {
  @FieldResolver(() => [Evidence], atMost(evidenceMax, 'The evidence of the matter, in the order of linking.'))
  evidence(@Root() { id }: Exception, @Ctx() { loaders }: Context): Promise<Evidence[]> {
    return evidenceOf(loaders, id)
  }
}

@Resolver(() => ManagementResponse)
export class EvidenceOfResponse {
  @FieldResolver(
    () => [Evidence],
    atMost(
      evidenceMax,
      'The evidence that the client linked to it, in the order of linking; what was submitted names what was linked then.',
    ),
  )
  evidence(@Root() { id }: ManagementResponse, @Ctx() { loaders }: Context): Promise<Evidence[]> {
    return evidenceOf(loaders, id)
  }
}
