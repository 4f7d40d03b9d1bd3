import type { Loaders } from '../../kernel/store/loaders.js'
import { firmScope } from '../../kernel/store/scope.js'
import type { ResponseElement } from '../../rules/vocabulary.js'
import { responseElementsInForce } from './methodology.queries.js'

/** What the firm needs of a response that agrees with an exception: read once, however many responses ask. */
export const neededOfWhoAgrees = (loaders: Loaders): Promise<ResponseElement[]> =>
  loaders
    .of('needed of who agrees', async (keys, tx) => {
      const needed = await responseElementsInForce(firmScope(tx))
      return keys.map(() => needed)
    })
    .load('in force')
