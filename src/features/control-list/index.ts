import { ControlListResolver } from './control-list.resolver.js'

/** Controls come in from a list, and go out as one. */
export const controlList = { name: 'control-list', rows: [], resolvers: [ControlListResolver] }
