import { recordWalkthroughGate, updateWalkthroughGate } from './walkthrough.actions.js'
import { Walkthrough } from './walkthrough.js'
import { ProcedureWalkthroughs, WalkthroughResolver } from './walkthrough.resolver.js'

export const walkthrough = {
  name: 'walkthrough',
  rows: [Walkthrough],
  resolvers: [WalkthroughResolver, ProcedureWalkthroughs],
  gates: { recordWalkthrough: recordWalkthroughGate, updateWalkthrough: updateWalkthroughGate },
}
