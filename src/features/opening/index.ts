import { Opening } from './opening.js'
import { EngagementOpeningsResolver, OpeningResolver } from './opening.resolver.js'
import {
  DocumentDigestResolver,
  ExceptionDigestResolver,
  MaterialityDigestResolver,
  ProcedureDigestResolver,
} from './papers.resolver.js'

export const opening = {
  name: 'opening',
  rows: [Opening],
  resolvers: [
    OpeningResolver,
    EngagementOpeningsResolver,
    ProcedureDigestResolver,
    ExceptionDigestResolver,
    MaterialityDigestResolver,
    DocumentDigestResolver,
  ],
}
