import { EngagementComplementaryResolver, ServiceCommitmentResolver } from './complementary.resolver.js'
import { ComplementaryControl } from './complementary-control.js'
import { ServiceCommitment } from './service-commitment.js'
import {
  ComplementaryControlResolver,
  SubserviceOrganizationResolver,
  SubserviceReviewResolver,
  UserControlAnsweredResolver,
} from './subservice.resolver.js'
import { SubserviceOrganization } from './subservice-organization.js'
import { SubserviceReview } from './subservice-review.js'

export const complementary = {
  name: 'complementary',
  rows: [ServiceCommitment, SubserviceOrganization, SubserviceReview, ComplementaryControl],
  resolvers: [
    EngagementComplementaryResolver,
    ServiceCommitmentResolver,
    SubserviceOrganizationResolver,
    SubserviceReviewResolver,
    UserControlAnsweredResolver,
    ComplementaryControlResolver,
  ],
}
