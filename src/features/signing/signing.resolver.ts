import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../../kernel/execute/context.js'
import { connectionOf, type Page, PageArgs, pageWithin } from '../../kernel/schema/page.js'
import { payloadOf } from '../../kernel/schema/payload.js'
import { Member } from '../firm/member.js'
import { Procedure } from '../procedure/procedure.js'
import { SignOff } from '../procedure/sign-off.js'
import { digestOfWorkpaper, Workpaper } from '../workpaper/workpaper.js'
import { type Content, contentsOf, isStale } from './content.js'
import { prepareProcedure, reviewProcedure, sendBackProcedure } from './signing.actions.js'
import { PrepareProcedureInput, ReviewProcedureInput, SendBackProcedureInput } from './signing.inputs.js'

const SignOffConnection = connectionOf(SignOff, 'SignOff')
const payload = (name: string) => payloadOf(name, { procedure: [() => Procedure, 'The procedure as the act left it.'] })
const PrepareProcedurePayload = payload('PrepareProcedurePayload')
const ReviewProcedurePayload = payload('ReviewProcedurePayload')
const SendBackProcedurePayload = payload('SendBackProcedurePayload')

@Resolver(() => SignOff)
export class SignOffResolver {
  @FieldResolver(() => Member, { description: 'The member who signed it.' })
  member(@Root() signOff: SignOff, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, signOff.memberId)
  }

  @FieldResolver(() => Boolean, { description: 'Whether the content is no longer what was signed.' })
  async isStale(@Root() signOff: SignOff, @Ctx() context: Context): Promise<boolean> {
    const { procedureId, workpaperId, contentDigest } = signOff
    if (procedureId === null) {
      const paper = (await context.loaders.byId(Workpaper, workpaperId)) as Workpaper
      return digestOfWorkpaper(await context.loaders.whole(Workpaper, paper)) !== contentDigest
    }
    const loader = context.loaders.of<Content | undefined>('signed contents', async (ids, tx) => {
      const contents = await contentsOf(tx, ids)
      return ids.map((id) => contents.get(id))
    })
    return isStale(signOff, await loader.load(procedureId))
  }
}

@Resolver(() => Procedure)
export class ProcedureSigning {
  @FieldResolver(() => Member, { nullable: true, description: 'Who signed it as preparer; null until then.' })
  preparedBy(@Root() procedure: Procedure, @Ctx() context: Context): Promise<Member | null> {
    return context.loaders.byId(Member, procedure.preparedBy)
  }

  @FieldResolver(() => SignOffConnection, {
    description: 'Every signature on it, withdrawn ones included, oldest first.',
  })
  signOffs(
    @Root() { id }: Procedure,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<SignOff>> {
    return pageWithin(context, SignOff, ['procedureId', id], {}, args, { by: 'id', direction: 'asc' })
  }

  @Mutation(() => PrepareProcedurePayload, {
    description: 'Signs a procedure as its preparer. Its content is locked then.',
  })
  prepareProcedure(@Arg('input', () => PrepareProcedureInput) input: PrepareProcedureInput, @Ctx() context: Context) {
    return context.runMutation(input, prepareProcedure)
  }

  @Mutation(() => ReviewProcedurePayload, { description: 'Signs a procedure as its reviewer: another person, above.' })
  reviewProcedure(@Arg('input', () => ReviewProcedureInput) input: ReviewProcedureInput, @Ctx() context: Context) {
    return context.runMutation(input, reviewProcedure)
  }

  @Mutation(() => SendBackProcedurePayload, {
    description:
      'Returns a signed procedure to its preparer. Signatures, and a conclusion on the control, are withdrawn.',
  })
  sendBackProcedure(
    @Arg('input', () => SendBackProcedureInput) input: SendBackProcedureInput,
    @Ctx() context: Context,
  ) {
    return context.runMutation(input, sendBackProcedure)
  }
}
