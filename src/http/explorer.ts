import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import type { FastifyInstance, RouteShorthandOptions } from 'fastify'

/** All of it stands in the page: it loads nothing from elsewhere, and sends to nobody but the service. */
const contentSecurityPolicy = [
  "default-src 'unsafe-inline' 'unsafe-eval' blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** `GET /`: a page in which operations can be tried. */
export function serveExplorer(app: FastifyInstance, options: RouteShorthandOptions): void {
  const page = renderGraphiQL({
    endpoint: '/graphql',
    title: 'Fieldwork',
    defaultQuery: '{ viewer { member { name } firm { name } } }\n',
  })
  app.get('/', options, (_request, reply) =>
    reply.header('content-security-policy', contentSecurityPolicy).type('text/html; charset=utf-8').send(page),
  )
}
