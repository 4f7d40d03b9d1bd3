import { Firm } from './firm.js'
import { FirmResolver } from './firm.resolver.js'
import { Member } from './member.js'

export const firm = { name: 'firm', rows: [Firm, Member], resolvers: [FirmResolver] }
