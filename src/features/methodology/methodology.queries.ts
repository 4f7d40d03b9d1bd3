import type { FirmScope } from '../../kernel/store/scope.js'
import type { ResponseElement } from '../../rules/vocabulary.js'

/**
 * What the methodology in force needs of a response that agrees. People of the client, who write responses, see no methodology:
 * their wall is lifted for the answer.
 */
export async function responseElementsInForce({ tx, firmId }: FirmScope): Promise<ResponseElement[]> {
  const [found] = await tx.pastClientWall<{ elements: ResponseElement[] }>(
    `select m.response_elements as elements from methodology m where m.firm_id = $1 order by m.number desc limit 1`,
    [firmId],
  )
  return found?.elements ?? []
}
