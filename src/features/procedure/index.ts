import { Attribute } from './attribute.js'
import { Procedure } from './procedure.js'
import { ControlProcedures, EngagementProcedures, ProcedureResolver } from './procedure.resolver.js'
import { SignOff } from './sign-off.js'

export const procedure = {
  name: 'procedure',
  rows: [Procedure, Attribute, SignOff],
  resolvers: [ProcedureResolver, ControlProcedures, EngagementProcedures],
}
