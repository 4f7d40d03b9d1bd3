import type { FirmScope } from '../../kernel/store/scope.js'
import type * as words from '../../rules/vocabulary.js'

export interface CatalogueRow {
  code: string
  category: words.Category
  series: string
  coso_principle: number | null
  title: string
  position: number
  criteria_version: string
  points_of_focus_version: string
}

/** All criteria, in their order: the same for all firms. */
export const readCatalogue = ({ tx }: FirmScope): Promise<CatalogueRow[]> =>
  tx.query<CatalogueRow>('select * from criterion order by position')
