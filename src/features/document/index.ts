import {
  EngagementDocumentResolver,
  EngagementDocumentsResolver,
  ManagementRefusalResolver,
} from './document.resolver.js'
import { EngagementDocument } from './engagement-document.js'
import { ManagementRefusal } from './management-refusal.js'
import { SubsequentEvent } from './subsequent-event.js'
import { EngagementEventsResolver, SubsequentEventResolver } from './subsequent-event.resolver.js'

export const document = {
  name: 'document',
  rows: [EngagementDocument, ManagementRefusal, SubsequentEvent],
  resolvers: [
    EngagementDocumentsResolver,
    EngagementDocumentResolver,
    ManagementRefusalResolver,
    SubsequentEventResolver,
    EngagementEventsResolver,
  ],
}
