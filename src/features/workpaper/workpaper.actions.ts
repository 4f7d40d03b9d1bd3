import type { Gate } from '../../kernel/store/gates.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { Whole } from '../../kernel/store/row.js'
import { updatedColumns } from '../../kernel/store/updates.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { latestToday } from '../../rules/documents.js'
import { checkReviewer, checkReviewLevel } from '../../rules/independence.js'
import { workpaperLifecycle } from '../../rules/lifecycles.js'
import { type Blocker, Refusal } from '../../rules/refusal.js'
import type { SignOffLevel } from '../../rules/vocabulary.js'
import { checkConsultation } from '../../rules/workpapers.js'
import { Engagement } from '../engagement/engagement.js'
import { TeamMember } from '../engagement/team-member.js'
import { SignOff } from '../procedure/sign-off.js'
import { openNotesAbout } from '../review-note/open-notes.js'
import type {
  PrepareWorkpaperInput,
  ReviewWorkpaperInput,
  SendBackWorkpaperInput,
  UpdateWorkpaperInput,
  WithdrawWorkpaperInput,
  WriteWorkpaperInput,
} from './workpaper.inputs.js'
import { digestOfWorkpaper, PAPER_AUTHORS_MAX, Workpaper } from './workpaper.js'

type Done = Promise<{ workpaper: Workpaper }>

const unsigned = { preparedBy: null, withdrawnBy: null, withdrawnAt: null, withdrawnReason: null } as const

/** Writes a paper, as a draft. Refused: as `checkConsultation` and `checkPapers`; a second completion memo. */
export async function writeWorkpaper(tx: WriteTx, input: WriteWorkpaperInput): Done {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const { kind, title, text } = input
  const consultation = {
    consultedName: input.consultedName ?? null,
    consultedRole: input.consultedRole ?? null,
    consultedOn: input.consultedOn ?? null,
    question: input.question ?? null,
    conclusion: input.conclusion ?? null,
  }
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  checkConsultation({ kind, ...consultation }, latestToday(tx.now))
  const number = (await tx.count(Workpaper, { engagementId: engagement.id })) + 1
  const said = { kind, title, text, ...consultation, restsOnIds }
  const by = { authorIds: [tx.actor.memberId], ...unsigned }
  return {
    workpaper: await tx.insert(Workpaper, { engagementId: engagement.id, number, state: 'DRAFT', ...said, ...by }),
  }
}

const changeable = [
  ...(['title', 'text', 'consultedName', 'consultedRole', 'consultedOn', 'question', 'conclusion'] as const),
  'restsOnIds',
] as const

/** Changes a draft; who changes it is one of its authors. Refused: what writing it refuses; one that is signed or withdrawn. */
export async function updateWorkpaper(tx: WriteTx, input: UpdateWorkpaperInput): Done {
  const paper = await tx.load(Workpaper, input.workpaperId, input.expectedVersion, 'update')
  await tx.permit(paper)
  const given = updatedColumns(tx, Workpaper, input, changeable, { restsOnIds: [] })
  const changes = {
    ...given,
    ...(given.restsOnIds && { restsOnIds: await checkPapers(tx, paper.engagementId, given.restsOnIds, [paper.id]) }),
  }
  checkConsultation({ ...paper, ...changes }, latestToday(tx.now))
  if (Object.keys(given).length === 0) return { workpaper: paper }
  const authorIds = [...new Set([...paper.authorIds, tx.actor.memberId])]
  if (authorIds.length > PAPER_AUTHORS_MAX) {
    throw new Refusal('LIMIT_REACHED', `The paper has ${PAPER_AUTHORS_MAX} authors already, which is the most.`)
  }
  return { workpaper: await tx.update(paper, { ...changes, authorIds }) }
}

/** Withdraws a draft, with the reason. Refused: one that is signed or withdrawn. */
export async function withdrawWorkpaper(tx: WriteTx, input: WithdrawWorkpaperInput): Done {
  const paper = await tx.load(Workpaper, input.workpaperId, input.expectedVersion, 'update')
  await tx.permit(paper)
  const withdrawn = { withdrawnBy: tx.actor.memberId, withdrawnAt: tx.now, withdrawnReason: input.reason }
  return {
    workpaper: await tx.update(paper, { state: workpaperLifecycle.move(paper.state, 'WITHDRAWN'), ...withdrawn }),
  }
}

/** The preparer signs. Refused: a paper that is no draft. */
export async function prepareWorkpaper(tx: WriteTx, input: PrepareWorkpaperInput): Done {
  const paper = await tx.load(Workpaper, input.workpaperId, input.expectedVersion, 'update')
  await tx.permit(paper)
  const state = workpaperLifecycle.move(paper.state, 'PREPARED')
  const workpaper = await tx.update(paper, { state, preparedBy: tx.actor.memberId })
  await sign(tx, workpaper, 'PREPARER')
  return { workpaper }
}

/** Another person, who wrote none of it and is above who signed it, signs what the preparer signed. */
export async function reviewWorkpaper(tx: WriteTx, input: ReviewWorkpaperInput): Done {
  const paper = await tx.load(Workpaper, input.workpaperId, input.expectedVersion, 'update')
  await tx.permit(paper)
  const workpaper = await tx.update(paper, { state: workpaperLifecycle.move(paper.state, 'REVIEWED') })
  await sign(tx, workpaper, 'REVIEWER')
  return { workpaper }
}

/** Withdraws the signatures, with the reason: the paper is a draft again. */
export async function sendBackWorkpaper(tx: WriteTx, input: SendBackWorkpaperInput): Done {
  const paper = await tx.load(Workpaper, input.workpaperId, input.expectedVersion, 'update')
  await tx.permit(paper)
  for (const signOff of await tx.find(SignOff, { workpaperId: paper.id, withdrawnAt: null })) {
    await tx.update(signOff, { withdrawnAt: tx.now, withdrawnReason: input.reason })
  }
  const state = workpaperLifecycle.move(paper.state, 'DRAFT')
  return { workpaper: await tx.update(paper, { state, preparedBy: null }) }
}

async function sign(tx: WriteTx, paper: Workpaper, level: SignOffLevel): Promise<void> {
  const { engagementId, id: workpaperId } = paper
  const signed = { contentDigest: await digestNow(tx, paper), frameDigest: null, contentMark: null }
  const { memberId } = tx.actor
  await tx.insert(SignOff, { engagementId, procedureId: null, workpaperId, level, memberId, ...signed })
}

async function digestNow(tx: WriteTx, { id }: Workpaper): Promise<string> {
  const [whole] = await tx.find(Workpaper, { id }, { whole: true })
  return digestOfWorkpaper(whole as Whole<Workpaper>)
}

/**
 * A paper that was never signed is withdrawn by who reviews; one that was, by a manager or the partner who wrote none of it: what two people
 * signed does not go away by one of its authors.
 */
export const withdrawWorkpaperGate: Gate<Workpaper> = async ({ id, engagementId, authorIds }, { tx, loaders }) => {
  const signOffs = await loaders.children(SignOff, 'workpaperId', id, { id: 'asc' })
  if (signOffs.length === 0) return
  checkReviewer({ preparers: authorIds, reviewer: tx.actor.memberId })
  checkReviewLevel({ preparerRole: null, reviewerRole: tx.actor.team.get(engagementId) ?? null })
}

/** Who reviews wrote none of it, and is above who did; the paper is what its preparer signed, and no review note on it is open. */
export const reviewWorkpaperGate: Gate<Workpaper> = async (paper, { tx, loaders }) => {
  const { engagementId, authorIds, preparedBy } = paper
  const workers = [...authorIds, ...(preparedBy ? [preparedBy] : [])]
  checkReviewer({ preparers: workers, reviewer: tx.actor.memberId })
  const team = await loaders.children(TeamMember, 'engagementId', engagementId, { id: 'asc' })
  const reviewerRole = tx.actor.team.get(engagementId) ?? null
  for (const worker of workers) {
    const place = team.find(({ memberId, removedAt }) => memberId === worker && removedAt === null)
    checkReviewLevel({ preparerRole: place?.role ?? null, reviewerRole })
  }
  const signOffs = await loaders.children(SignOff, 'workpaperId', paper.id, { id: 'asc' })
  const signed = signOffs.find(({ level, withdrawnAt }) => level === 'PREPARER' && withdrawnAt === null)
  const message = 'The workpaper is no longer what its preparer signed: send it back.'
  const isAsSigned = signed?.contentDigest === digestOfWorkpaper(await loaders.whole(Workpaper, paper))
  const blockers: Blocker[] = [
    ...(isAsSigned ? [] : [{ code: 'SIGN_OFF_STALE' as const, message, node: paper.id }]),
    ...(await openNotesAbout(loaders, paper)),
  ]
  if (blockers.length === 0) return
  throw new Refusal('NOT_READY', 'Something must be done before it is signed.', [], { blockers })
}
