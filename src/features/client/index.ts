import { Client } from './client.js'
import { ClientResolver } from './client.resolver.js'
import { DomainsResolver } from './domains.resolver.js'

export const client = { name: 'client', rows: [Client], resolvers: [ClientResolver, DomainsResolver] }
