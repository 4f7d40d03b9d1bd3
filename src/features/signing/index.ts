import { ProcedureSigning, SignOffResolver } from './signing.resolver.js'

export const signing = { name: 'signing', rows: [], resolvers: [ProcedureSigning, SignOffResolver] }
