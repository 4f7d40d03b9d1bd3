import type { ApolloServerOptions, BaseContext } from '@apollo/server'
import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { limits } from '../kernel/execute/limits.js'

/** So many characters of documents are kept in all: parsed, one can take 250 bytes. */
const charsMax = 300_000

const charsOf = ({ loc }: DocumentNode): number => loc?.source.body.length ?? 1

/**
 * Documents that were parsed and found valid, those asked last. Apollo's own store does not count the text and the tokens
 * that a document holds: spaces and comments would fill the memory, and a caller need not be signed in to send them.
 */
export function documentStore(): NonNullable<ApolloServerOptions<BaseContext>['documentStore']> {
  const documents = new LRUCache<string, DocumentNode>({ maxSize: charsMax, sizeCalculation: charsOf })
  return {
    get: async (key) => documents.get(key),
    set: async (key, document) => {
      if (charsOf(document) <= limits.keptChars) documents.set(key, document)
    },
    delete: async () => undefined,
  }
}
