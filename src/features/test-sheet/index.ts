import { recordingGate } from '../sample/sample.actions.js'
import { TestSheetResolver } from './test-sheet.resolver.js'

export const testSheet = {
  name: 'test-sheet',
  rows: [],
  resolvers: [TestSheetResolver],
  gates: { importTestSheet: recordingGate },
}
