import { close, type Issued } from './closing.js'
import { decide } from './conclusion.js'
import { raiseAndSign } from './exceptions.js'
import type { Found } from './fieldwork.js'
import { draftResponse, respond, submit } from './responses.js'
import type { Walk } from './walk.js'

/** The engagement from what fieldwork found to the report. */
export async function tellToTheReport(walk: Walk, found: Found): Promise<Issued> {
  const raised = await raiseAndSign(walk, found)
  await respond(walk, raised)
  return close(walk, raised, await decide(walk, raised))
}

/** The same engagement, left where the client answers: the first response is submitted, the others are drafts. */
export async function tellToTheResponses(walk: Walk, found: Found): Promise<void> {
  const drafts: string[] = []
  for (const exception of await raiseAndSign(walk, found)) drafts.push(await draftResponse(walk, exception))
  if (drafts[0]) await submit(walk, drafts[0])
}
