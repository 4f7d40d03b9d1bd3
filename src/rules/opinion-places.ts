import type {
  Category,
  EngagementKind,
  ExceptionKind,
  ExceptionState,
  MatterNature,
  OpinionType,
  SubjectMatter,
} from './vocabulary.js'

/** Which conclusions a matter bears on, and what it leads to there: the ground that opinion and aggregates stand on. */

/**
 * From the mildest to the gravest. Adverse stands above disclaimer: it says what the evidence showed. Where a pervasive
 * misstatement was found, a scope limitation beside it must not turn the finding into silence. This order is the
 * service's rule for mixed cases; the partner may decide otherwise, with the rationale and agreement that needs.
 */
const GRAVITY: readonly OpinionType[] = ['UNQUALIFIED', 'QUALIFIED', 'DISCLAIMER', 'ADVERSE']

export function gravest(types: readonly OpinionType[]): OpinionType {
  return types.reduce((worst, type) => (GRAVITY.indexOf(type) > GRAVITY.indexOf(worst) ? type : worst), 'UNQUALIFIED')
}

/**
 * The matrix: nature × material × pervasive (after AT-C 205; the same logic as AU-C 705 for audits).
 * Not material: unqualified. Material: qualified. Material and pervasive: adverse for a misstatement, disclaimer for a
 * scope limitation.
 */
export function opinionFor(matter: { nature: MatterNature; material: boolean; pervasive: boolean }): OpinionType {
  if (!matter.material) return 'UNQUALIFIED'
  if (!matter.pervasive) return 'QUALIFIED'
  return matter.nature === 'MISSTATEMENT' ? 'ADVERSE' : 'DISCLAIMER'
}

/** A decision as far as the opinion depends on it: approved, or not there. */
export interface ApprovedJudgment {
  material: boolean
  pervasive: boolean
}

export interface ExceptionForOpinion {
  id: string
  /** What people know it by: `EX-1`. */
  ref: string
  kind: ExceptionKind
  state: ExceptionState
  criteriaCodes: readonly string[]
  /** Null while no approved decision exists. */
  judgment: ApprovedJudgment | null
}

/** Description and design always; operation where it was examined. */
export function subjectMattersOf(kind: EngagementKind): readonly SubjectMatter[] {
  return kind === 'SOC2_TYPE_1'
    ? ['DESCRIPTION', 'SUITABILITY_OF_DESIGN']
    : ['DESCRIPTION', 'SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS']
}

/**
 * The subject matter an exception bears on. A design deficiency modifies the conclusion on design alone; that the control
 * is not effective either is its own conclusion, and its own exception if users are to read it there. A scope limitation
 * bears on the description if only description criteria (DC) are concerned, else on operation, in a Type 1 on design.
 */
export function subjectMatterOf(
  exception: Pick<ExceptionForOpinion, 'kind' | 'criteriaCodes'>,
  kind: EngagementKind,
): SubjectMatter {
  if (exception.kind === 'DESCRIPTION_MISSTATEMENT') return 'DESCRIPTION'
  if (exception.kind === 'DESIGN_DEFICIENCY') return 'SUITABILITY_OF_DESIGN'
  if (exception.kind === 'SCOPE_LIMITATION' && exception.criteriaCodes.length > 0) {
    if (exception.criteriaCodes.every((code) => code.startsWith('DC'))) return 'DESCRIPTION'
  }
  return kind === 'SOC2_TYPE_1' ? 'SUITABILITY_OF_DESIGN' : 'OPERATING_EFFECTIVENESS'
}

const CATEGORY_BY_SERIES: Readonly<Record<string, Category>> = {
  A: 'AVAILABILITY',
  C: 'CONFIDENTIALITY',
  PI: 'PROCESSING_INTEGRITY',
  P: 'PRIVACY',
}

/**
 * The categories that criteria bear on. A common criterion (CC) belongs to the complete set of every category, so it hits
 * all that are in scope; and so does what belongs to none, such as a description criterion.
 */
export function categoriesHit(criteriaCodes: readonly string[], inScope: readonly Category[]): readonly Category[] {
  const series = criteriaCodes.map((code) => /^[A-Z]+/.exec(code)?.[0] ?? '')
  const own = series.map((letters) => CATEGORY_BY_SERIES[letters])
  const hit = inScope.filter((category) => own.includes(category))
  return own.includes(undefined) || hit.length === 0 ? inScope : hit
}

/** One conclusion of an opinion: on a subject matter, for a category. */
export interface OpinionPlace {
  subjectMatter: SubjectMatter
  category: Category
}
