import { gateTo } from './gates.js'
import { LifecycleResolver } from './lifecycle.resolver.js'

export const lifecycle = {
  name: 'lifecycle',
  rows: [],
  resolvers: [LifecycleResolver],
  gates: {
    startFieldwork: gateTo('FIELDWORK'),
    startCompletion: gateTo('COMPLETION'),
  },
}
