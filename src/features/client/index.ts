import { Client } from './client.js'
import { ClientResolver } from './client.resolver.js'

export const client = { name: 'client', rows: [Client], resolvers: [ClientResolver] }
