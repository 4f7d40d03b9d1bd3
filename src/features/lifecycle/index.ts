import { LifecycleResolver } from './lifecycle.resolver.js'

export const lifecycle = { name: 'lifecycle', rows: [], resolvers: [LifecycleResolver] }
