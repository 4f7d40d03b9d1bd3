import { Methodology } from './methodology.js'
import {
  FirmMethodologyResolver,
  MethodologyResolver,
  SamplingTableResolver,
  SamplingTableRowResolver,
} from './methodology.resolver.js'
import { SamplingTable, SamplingTableRow } from './sampling-table.js'

export const methodology = {
  name: 'methodology',
  rows: [SamplingTable, SamplingTableRow, Methodology],
  resolvers: [MethodologyResolver, SamplingTableResolver, SamplingTableRowResolver, FirmMethodologyResolver],
}
