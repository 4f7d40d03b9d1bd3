import { EngagementDocumentResolver, EngagementDocumentsResolver } from './document.resolver.js'
import { EngagementDocument } from './engagement-document.js'

export const document = {
  name: 'document',
  rows: [EngagementDocument],
  resolvers: [EngagementDocumentsResolver, EngagementDocumentResolver],
}
