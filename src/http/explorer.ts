import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import type { FastifyInstance, RouteShorthandOptions } from 'fastify'

/** All of it stands in the page: it loads nothing from elsewhere, and sends to nothing but the service. */
const contentSecurityPolicy = [
  "default-src 'unsafe-inline' 'unsafe-eval' blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** An account that the first operation of the explorer signs in with. */
export interface ExampleAccount {
  email: string
  password: string
}

type Tab = NonNullable<NonNullable<Parameters<typeof renderGraphiQL>[0]>['defaultTabs']>[number]

/** What the pane “Headers” holds at first. It is no token that holds, so it is as none until it is replaced. */
const headers = JSON.stringify({ Authorization: 'Bearer PASTE_THE_ACCESS_TOKEN_HERE' }, null, 2)

const signIn = ({ email, password }: ExampleAccount) => `# 1. Run this (Ctrl-Enter), and copy the
#    accessToken of the answer.
# 2. Go to the next tab. Below its operation, beside
#    “Variables”, is “Headers”: put the token there
#    in place of PASTE_THE_ACCESS_TOKEN_HERE, and run.
#    Each tab has headers of its own.
# When the token has expired, run this again.
mutation SignIn {
  signIn(input: {
    email: ${JSON.stringify(email)}
    password: ${JSON.stringify(password)}
  }) {
    session { accessToken accessTokenExpiresAt }
    errors { code message path }
  }
}
`

const savedOperations = [
  `# Who the token is for, and the engagements
# whose team they are on.
query WhoAmI {
  viewer {
    member { id name email firmRole clientRole }
    firm { name city }
  }
  engagements(first: 10) {
    nodes {
      id systemName kind state
      periodStart periodEnd
      client { name }
    }
  }
}
`,
  `# What is missing before the report is issued, and what
# you may do to the engagement now or, if not, why.
query ReadinessAndActions {
  engagements(first: 3, filter: { state: FIELDWORK }) {
    nodes {
      id systemName version
      readiness(to: ISSUED) {
        ready blockerCount
        blockers { code message node }
      }
      actions { name allowed reason { code message } }
    }
  }
}
`,
  `# Exceptions, and how management responds to each.
query ExceptionsAndResponses {
  exceptions(first: 10) {
    nodes {
      id number title state controlRef
      testedCount deviationCount sectionFourText
      response {
        state
        submittedVersion {
          number
          content {
            acknowledgement rootCause targetOn
            remediation { action owner dueOn }
          }
        }
      }
    }
  }
}
`,
]

/**
 * The tabs that the explorer opens with: signing in, then operations that a member of a firm can run as they are.
 * @param account to sign in with; null where no invented people are known: then the places are left to be filled in
 */
export const explorerTabs = (account: ExampleAccount | null): Tab[] =>
  [signIn(account ?? { email: 'you@example.com', password: '' }), ...savedOperations].map((query) => ({
    query,
    headers,
  }))

/**
 * `GET /`: a page in which operations can be tried.
 * @param account see `explorerTabs`
 */
export function serveExplorer(
  app: FastifyInstance,
  options: RouteShorthandOptions,
  account: ExampleAccount | null,
): void {
  const page = renderGraphiQL({
    endpoint: '/graphql',
    title: 'Fieldwork',
    headers,
    defaultTabs: explorerTabs(account),
    defaultEditorToolsVisibility: 'headers',
  })
  app.get('/', options, (_request, reply) =>
    reply.header('content-security-policy', contentSecurityPolicy).type('text/html; charset=utf-8').send(page),
  )
}
