import etag from '@fastify/etag'
import type { FastifyInstance } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import { schemaText } from '../schema.js'
import { compression } from './compression.js'
import { type ExampleAccount, serveExplorer } from './explorer.js'

export interface PublicDocuments {
  /** The public halves of the keys that sign tokens (RFC 7517). */
  jwks: () => Promise<object>
  /** The public halves of all keys that ever signed checkpoints (RFC 7517, RFC 8037). */
  checkpointKeys: () => Promise<object>
  /** The schema, where everyone may read its text. */
  publicSchema?: GraphQLSchema | null
  /** Whether the explorer and introspection are on. */
  explorer: boolean
  /** Whom the explorer signs in as at first; absent where there are no invented people. */
  exampleAccount?: ExampleAccount | null
}

/**
 * Serves what is the same for every caller. It may be kept, and is asked for anew each time with its `etag`: 304 without a
 * body where it has not changed. The tag is a weak one: a document has the same in each encoding.
 */
export async function servePublicDocuments(app: FastifyInstance, given: PublicDocuments): Promise<void> {
  await app.register(async (documents) => {
    await documents.register(etag, { weak: true })
    documents.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-cache')
    })
    const options = { compress: compression }
    documents.get('/.well-known/jwks.json', options, () => given.jwks())
    documents.get('/.well-known/checkpoint-keys.json', options, () => given.checkpointKeys())
    const { publicSchema } = given
    if (publicSchema) {
      let text: string | undefined
      documents.get('/schema.graphql', options, (_request, reply) => {
        text ??= schemaText(publicSchema)
        return reply.type('text/plain; charset=utf-8').send(text)
      })
    }
    if (given.explorer) serveExplorer(documents, options, given.exampleAccount ?? null)
  })
}
