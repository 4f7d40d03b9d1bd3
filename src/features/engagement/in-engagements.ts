import type DataLoader from 'dataloader'
import { engagementOf } from '../../kernel/access/belonging.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import type { Row } from '../../kernel/store/row.js'
import type { EngagementScope } from '../../kernel/store/scope.js'

/**
 * A loader of what a hand-written statement reads of engagements: asked with an engagement, or a row within one, it answers what is of that
 * engagement, in the order of the statement. What is asked of several is read as a set.
 */
export const inEngagements = <F extends { engagementId: string }>(
  loaders: Loaders,
  name: string,
  read: (scope: EngagementScope) => Promise<F[]>,
): DataLoader<Row, F[], string> =>
  loaders.within<Row, F[]>(
    name,
    (row) => engagementOf(row) as string,
    async (scope, ids) => {
      const found = await read(scope)
      return ids.map((id) => found.filter(({ engagementId }) => engagementId === id))
    },
  )
