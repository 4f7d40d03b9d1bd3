import { sha256Of } from '../../kernel/schema/digest.js'
import { classOf, type EngagementRow, type RowClass, type Whole } from '../../kernel/store/row.js'
import { valuesOf } from '../../kernel/store/trail.js'
import type { Tx } from '../../kernel/store/work.js'
import { canonicalJson } from '../../rules/canonical.js'
import { checkAvailable } from '../../rules/evidence.js'
import { populationLifecycle } from '../../rules/lifecycles.js'
import { EngagementDocument } from '../document/engagement-document.js'
import { Evidence } from '../evidence/evidence.js'
import { Exception } from '../exception/exception.js'
import { MaterialityDecision } from '../materiality/materiality-decision.js'
import { Population } from '../population/population.js'
import { Procedure } from '../procedure/procedure.js'
import { Report } from '../report/report.js'
import { ResponseVersion } from '../response/response-version.js'
import { type Content, contentsOf } from '../signing/content.js'
import { digestOfWorkpaper, Workpaper } from '../workpaper/workpaper.js'

/** A kind of paper of which it is recorded that it was opened. */
export interface OpenablePaper<R extends EngagementRow = EngagementRow> {
  row: RowClass<R>
  /** Whether people of the client are told the digest of those that they see. */
  isForClient: boolean
  /**
   * The digest of what it says now.
   * @throws Refusal INVALID_TRANSITION at `nodeId` where it says nothing yet that could be opened
   */
  digestOf(paper: Whole<R>, tx: Tx): string | Promise<string>
}

/** The digest of a kind of paper is asked of rows of its class alone. */
const paper = <R extends EngagementRow>(kind: OpenablePaper<R>): OpenablePaper => kind as unknown as OpenablePaper

/** All kinds of papers, each with the digest that its type shows. */
export const papers: readonly OpenablePaper[] = [
  paper({ row: Evidence, isForClient: true, digestOf: digestOfFile }),
  paper({ row: ResponseVersion, isForClient: true, digestOf: ({ sha256 }) => sha256 }),
  paper({ row: Report, isForClient: true, digestOf: ({ sha256 }) => sha256 }),
  paper({ row: Procedure, isForClient: false, digestOf: digestOfProcedure }),
  paper({ row: Population, isForClient: false, digestOf: digestOfFrozen }),
  paper({ row: Workpaper, isForClient: false, digestOf: digestOfWorkpaper }),
  paper({ row: Exception, isForClient: false, digestOf: digestOfRow }),
  paper({ row: MaterialityDecision, isForClient: false, digestOf: digestOfRow }),
  paper({ row: EngagementDocument, isForClient: false, digestOf: digestOfRow }),
]

async function digestOfProcedure({ id }: Procedure, tx: Tx): Promise<string> {
  return toBeSigned((await contentsOf(tx, [id])).get(id) as Content)
}

/** What a reviewer would sign of a procedure now: all of it, the decisions about explanations included. */
export const toBeSigned = ({ digests }: Content): string => digests.REVIEWER

/** What cannot be read was not opened. */
function digestOfFile(evidence: Evidence): string {
  checkAvailable(evidence, ['nodeId'])
  return evidence.sha256
}

function digestOfFrozen({ state, digest }: Population): string {
  populationLifecycle.checkState(state, ['FROZEN'], { act: 'Recording that it was opened', path: ['nodeId'] })
  return digest as string
}

/** SHA-256 of all that a row says; to which engagement and client it belongs never changes, and is no part of it. */
export function digestOfRow(row: Whole<EngagementRow>): string {
  const { engagementKey, clientKey } = classOf(row)
  const links = [engagementKey, clientKey]
  const said = Object.entries(valuesOf(row)).filter(([name]) => !links.includes(name as never))
  return sha256Of(canonicalJson(Object.fromEntries(said)))
}
