import { createHash } from 'node:crypto'
import type { Service } from '../src/service.js'

/**
 * Has a service that does not listen yet throw the same dice each time, while the invented firm is at work: the demo tells the
 * same story on each machine. Before anyone else can ask it for anything it throws its own again.
 */
export async function withDemoDice<T>({ services }: Pick<Service, 'services'>, work: () => Promise<T>): Promise<T> {
  const own = services.dice
  let throws = 0
  services.dice = (bytes) => {
    throws += 1
    return createHash('sha256').update(`Fieldwork, demo 54, ${throws}`).digest().subarray(0, bytes)
  }
  try {
    return await work()
  } finally {
    services.dice = own
  }
}
