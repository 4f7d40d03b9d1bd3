import type { EngagementRow, RowClass } from '../../kernel/store/row.js'
import { AggregateDecision } from '../aggregate/aggregate-decision.js'
import { Control } from '../control/control.js'
import { CriterionConclusion } from '../criterion-conclusion/criterion-conclusion.js'
import { EngagementDocument } from '../document/engagement-document.js'
import { Exception } from '../exception/exception.js'
import { MaterialityDecision } from '../materiality/materiality-decision.js'
import { Opinion } from '../opinion/opinion.js'
import { Population } from '../population/population.js'
import { Procedure } from '../procedure/procedure.js'
import { Result } from '../sample/result.js'
import { Sample } from '../sample/sample.js'
import { Walkthrough } from '../walkthrough/walkthrough.js'
import { Workpaper } from '../workpaper/workpaper.js'

/** What a working paper belongs to. */
interface BelongsTo {
  procedureId?: string | null
  controlId?: string | null
  /** Who is to answer for it where no procedure tells. */
  workerId?: string | null
}

/** A kind of working paper on which reviewers write notes. */
interface NotedPaper<R extends EngagementRow = EngagementRow> {
  row: RowClass<R>
  belongsTo(paper: R): BelongsTo
}

/** What a paper belongs to is asked of rows of its class alone. */
const paper = <R extends EngagementRow>(
  row: RowClass<R>,
  belongsTo: NotedPaper<R>['belongsTo'] = () => ({}),
): NotedPaper => ({ row, belongsTo }) as unknown as NotedPaper

/** All kinds of papers on which notes are written. */
export const notedPapers: readonly NotedPaper[] = [
  paper(Procedure, ({ id, controlId }) => ({ procedureId: id, controlId })),
  paper(Sample, ({ procedureId }) => ({ procedureId })),
  paper(Result, ({ procedureId }) => ({ procedureId })),
  paper(Walkthrough, ({ procedureId }) => ({ procedureId })),
  paper(Population, ({ controlId }) => ({ controlId })),
  paper(Exception, ({ controlId }) => ({ controlId })),
  paper(EngagementDocument),
  // The conclusion on a control stands with it, as the others have rows of their own.
  paper(Control, ({ id }) => ({ controlId: id })),
  paper(Workpaper, ({ preparedBy, createdBy }) => ({ workerId: preparedBy ?? createdBy })),
  paper(MaterialityDecision),
  paper(AggregateDecision),
  paper(CriterionConclusion),
  paper(Opinion),
]
