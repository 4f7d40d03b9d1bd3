import { SignInResolver } from './sign-in.resolver.js'

export const identity = { name: 'identity', rows: [], resolvers: [SignInResolver] }
