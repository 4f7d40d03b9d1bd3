/** A test that holds a point: the file under `tests/`, and the title as it stands there. */
export type Held = readonly [file: string, title: string]

/** A point of a list: what is held against it by tests, or why nothing is. Both where a part is left out. */
export type Point =
  | { readonly point: string; readonly held: readonly Held[]; readonly because?: string }
  | { readonly point: string; readonly held?: undefined; readonly because: string }

const nobody = 'a token that names another person is of no caller:'
const hidden = 'is answered in every place about a hidden id as about one that was never used; nothing moves'
const notTheirs = 'is refused what is not theirs to do, by role or because it is hidden, and nothing moves'
const tooDear = 'refuses operations that are too deep, too wide, too long or too dear, before anything is read'
const noSecrets = 'holds no password, token, ticket, hash or key, nor what a failed statement was sent with'
const hostileText = 'is a value to the database, never a part of a statement, and makes no fault of ours, in any place'
const guessesMany = 'also when as many as may come in one operation: of more, none is tried'

/** OWASP API Security Top 10, 2023 (https://owasp.org/API-Security/editions/2023/en/0x11-t10/). */
const api: readonly Point[] = [
  {
    point: 'API1 Broken object level authorization: an id of another caller’s object',
    held: [
      ['tenancy/roots.test.ts', hidden],
      ['tenancy/reach.test.ts', 'answers $who about a hidden object as about one that never was'],
      ['tenancy/reach.test.ts', 'finds $who nothing more by a hidden id than by one never used'],
      ['tenancy/fuzz.test.ts', 'shows, moves and tells apart nothing that is not one’s own'],
      ['tenancy/tables.test.ts', 'lets %s change, remove and add no row'],
      ['security/inputs.test.ts', 'to $who'],
    ],
  },
  {
    point: 'API1 Broken object level authorization: a cursor, a filter or a key instead of an id',
    held: [
      [
        'tenancy/reach.test.ts',
        'of another tenant’s list is a place in one’s own: it brings no caller a row of the other',
      ],
      [
        'tenancy/reach.test.ts',
        'an idempotency key of another caller is one’s own new key: it does not bring the other’s answer',
      ],
    ],
  },
  {
    point:
      'API2 Broken authentication: forged and altered tokens (none, HS/RS, kid, jwk, jku, x5u, claims, another’s key)',
    held: [
      ['security/tokens.test.ts', 'a token that was not signed is of no caller:'],
      ['security/tokens.test.ts', 'a token under our public key as if it were a secret is of no caller:'],
      ['security/tokens.test.ts', 'a token under our key by another method is of no caller:'],
      [
        'security/tokens.test.ts',
        'a token under a key of another person is of no caller, whatever it says of the key:',
      ],
      ['security/tokens.test.ts', nobody],
      ['security/tokens.test.ts', 'a token under our key that does not say all, or not this, is of no caller:'],
    ],
  },
  {
    point: 'API2 Broken authentication: tokens that have ended',
    held: [
      ['security/tokens.test.ts', 'a token under our key that does not say all, or not this, is of no caller:'],
      [
        'security/tokens.test.ts',
        'a token under a key that was retired longer ago than tokens live is of no caller, the key’s name being known or not',
      ],
      ['features/identity-sessions.test.ts', 'ends the session at once, its access tokens included, and no other'],
      [
        'features/identity-members.test.ts',
        'stops their tokens at once, and nothing lets them in again until they are reinstated',
      ],
      ['features/identity-members.test.ts', 'holds from the next request of the same token'],
    ],
  },
  {
    point: 'API2 Broken authentication: one kind of token for another, or from where no token belongs',
    held: [
      ['security/tokens.test.ts', 'what is no access token is of no caller, where an access token belongs:'],
      ['security/tokens.test.ts', 'a token is taken from its own place alone, not from'],
      ['security/http.test.ts', 'are not added up, nor is the better one chosen'],
    ],
  },
  {
    point: 'API2 Broken authentication: stolen refresh tokens',
    held: [
      ['features/identity-sessions.test.ts', 'used twice ends the whole session, at once, and the log says so'],
      [
        'faults/two-processes.test.ts',
        'a refresh token used at one and again at the other answers the same one, and after the time of grace ends the session at both',
      ],
    ],
    because:
      'Who has a copy of a token and presents it within 30 seconds of its use is answered the same new token, so that two windows do not sign each other out; the log says so, and the session ends as soon as both have gone on.',
  },
  {
    point: 'API2 Broken authentication: guessing passwords, tickets, tokens and invitations',
    held: [
      ['security/guessing.test.ts', guessesMany],
      ['security/guessing.test.ts', 'also when fifty come at the same moment, from fifty addresses'],
      ['security/guessing.test.ts', 'also when each is at another account, from one address and all at once'],
      [
        'security/guessing.test.ts',
        'by the hour: few get through, from however many addresses, and fewer the more there are',
      ],
      [
        'features/identity-throttle.test.ts',
        'only attempts at passwords are counted: what cannot be guessed keeps nothing and is never paused',
      ],
      ['faults/two-processes.test.ts', 'wrong passwords count together, wherever they are tried'],
      [
        'features/identity-throttle.test.ts',
        'is where the connection comes from, whatever a header says, except for a proxy that is trusted',
      ],
    ],
  },
  {
    point: 'API2 Broken authentication: keeping a person out by guessing at their account',
    held: [
      [
        'security/guessing.test.ts',
        'goes on with the session they have, signs in where they did before, and after one pause anywhere',
      ],
      [
        'features/identity-throttle.test.ts',
        'lets in from where it signed in before, and makes others wait once, for a time that no other caller makes longer',
      ],
    ],
    because:
      'Who guesses at an account from its own network shares the pauses of that account there with its holder, who signs in from another network then. And who shares a network with people can find out, by many failures, for which accounts it is known.',
  },
  {
    point: 'API2 Broken authentication: finding out who has an account',
    held: [
      ['features/identity-sign-in.test.ts', 'is refused in one way only, and moves nothing, whatever was wrong'],
      ['speed/sign-in.test.ts', 'takes as long for an unknown address as for a wrong password'],
      ['security/guessing.test.ts', 'whether there is an account shows neither in the answer nor in the work'],
    ],
  },
  {
    point: 'API2 Broken authentication: weak passwords, and passwords that can be read',
    held: [
      [
        'features/identity-sign-in.test.ts',
        'needs the present password and a new one that will do, and moves nothing otherwise',
      ],
      ['features/identity-sessions.test.ts', 'is not in the database, the trail or the log, nor is the password'],
    ],
  },
  {
    point: 'API2 Broken authentication: resetting a forgotten password',
    because: 'There is no such act: an administrator disables the membership and invites the person anew.',
  },
  {
    point: 'API2 Broken authentication: a second factor',
    because:
      'Not built: a password and a session are all there is. Firms that need one put a sign-on service before it.',
  },
  {
    point: 'API3 Broken object property level authorization: reading what is not for one’s role',
    held: [
      ['access/types.test.ts', 'passes the ways that are theirs, and no others'],
      ['access/never.test.ts', 'an exception before it is communicated, nor the auditor’s own notes on one'],
      ['tenancy/tables.test.ts', 'shows a client what is published to that client, and nothing else'],
    ],
  },
  {
    point: 'API3 Broken object property level authorization: writing what is not asked for (mass assignment)',
    held: [
      ['security/inputs.test.ts', 'is asked for by no input'],
      ['security/inputs.test.ts', 'is refused wherever it is added to an input, and nothing moves'],
      ['security/inputs.test.ts', 'is not taken from an act either, should one pass it on'],
    ],
  },
  {
    point: 'API4 Unrestricted resource consumption: documents and variables',
    held: [
      ['http/protocol.test.ts', tooDear],
      ['security/exhaustion.test.ts', 'is refused as the caller’s fault: %s'],
      ['security/exhaustion.test.ts', 'that do not fit are refused at the first fault, however many there are'],
      ['security/exhaustion.test.ts', 'is refused unread when it is too long: %s'],
      ['security/exhaustion.test.ts', 'is refused unread: four megabytes of %s'],
      ['security/exhaustion.test.ts', 'is refused before each is compared with each: %s'],
      ['security/exhaustion.test.ts', 'a content type without end is refused before it is searched for its parts'],
      ['http/overload.test.ts', 'is refused at once where fragments double with each level, %s'],
      [
        'http/protocol.test.ts',
        'refuses a body over the limit, and of a caller who is not signed in a long one, before it is read',
      ],
    ],
  },
  {
    point: 'API4 Unrestricted resource consumption: files',
    held: [
      ['security/cross-origin.test.ts', 'a request that a page of an allowed origin sends without asking first'],
      ['http/protocol.test.ts', 'refuses a mutation by GET, and a form with files, whoever sends it'],
      ['features/population.test.ts', 'of 1,000,001 rows is refused, and none of the million before stays'],
      ['features/population.test.ts', 'is no larger than an import takes'],
      ['faults/callers.test.ts', 'while a list is imported finds it imported as one'],
    ],
  },
  {
    point: 'API4 Unrestricted resource consumption: time and connections',
    held: [
      ['faults/busy.test.ts', 'a query as a whole has its time: after it no further statement begins'],
      ['faults/busy.test.ts', 'of a query is cut off: the caller is told so, and the connection serves on'],
      ['http/overload.test.ts', 'leaves no transaction open'],
      ['faults/callers.test.ts', 'a caller who sends byte by byte'],
      ['faults/callers.test.ts', 'is let go of; nothing of the database waits for them'],
      ['features/identity-sign-in.test.ts', 'by many at once leaves connections for others'],
    ],
  },
  {
    point: 'API4 Unrestricted resource consumption: what an operation answers, and cycles of the schema',
    held: [
      ['security/answer-size.test.ts', 'by %s is broken off and said so, once'],
      ['security/answer-size.test.ts', 'by %s ends by the clock, also where nothing is read from the database'],
      ['security/cycles.test.ts', 'every cycle is refused or ends, and the service stays small and serves others'],
      [
        'http/bodies.test.ts',
        'holds so many bytes of bodies at once; what is beyond is told to come again, and nothing is held after they are gone',
      ],
    ],
  },
  {
    point: 'API4 Unrestricted resource consumption: so many requests in so much time',
    held: [
      [
        'http/budget.test.ts',
        'what goes beyond is RATE_LIMITED with the time to wait, changes nothing, and others are answered',
      ],
      ['execute/turns.test.ts', 'does not keep another firm waiting'],
    ],
  },
  {
    point: 'API5 Broken function level authorization',
    held: [
      ['access/acts.test.ts', notTheirs],
      [
        'access/acts.test.ts',
        'every act is spoken of, and the table says of each kind of people what was expected by hand',
      ],
      ['access/guard.test.ts', '%s without a row of the table stops the start'],
      ['access/types.test.ts', 'a caller without a token, and one whose membership was disabled, pass no way at all'],
    ],
  },
  {
    point: 'API6 Unrestricted access to sensitive business flows: one person doing what needs two',
    held: [
      ['features/issue.test.ts', 'is for the engagement partner, and never for a readiness engagement'],
      [
        'features/separation.test.ts',
        'is not agreed by a person who had a hand in the test, even if another person recorded it last',
      ],
      [
        'features/two-sides.test.ts',
        'who examines a client, or did while it goes on, does not act for it, though they left the firm',
      ],
    ],
  },
  {
    point: 'API6 Unrestricted access to sensitive business flows: doing a thing twice, or at once',
    held: [
      ['features/issue.test.ts', 'fifty times at once is done once; the others are told, and nothing is done twice'],
      ['features/idempotency.test.ts', 'happens once when it is sent at the same moment over many connections'],
    ],
  },
  {
    point: 'API7 Server side request forgery',
    held: [
      [
        'security/list.test.ts',
        'nothing in the service calls out but what sends mail, keeps files in a bucket or has them scanned',
      ],
      [
        'security/tokens.test.ts',
        'a token under a key of another person is of no caller, whatever it says of the key:',
      ],
    ],
    because:
      'No address that the service asks anything of comes from a request: the one of the mail service is a setting.',
  },
  {
    point: 'API8 Security misconfiguration: headers, methods, other origins',
    held: [
      [
        'security/http.test.ts',
        'is kept by no cache that does not ask again, is what it says it is, and is shown within no other page',
      ],
      ['security/http.test.ts', 'lets no page of another origin read it'],
      ['security/http.test.ts', 'a preflight of another origin is not answered with leave'],
      ['security/http.test.ts', 'what is not offered'],
    ],
    because: 'TLS ends at the proxy, which is where Strict-Transport-Security and the redirect to https belong.',
  },
  {
    point: 'API8 Security misconfiguration: errors that tell too much',
    held: [
      ['security/http.test.ts', 'a fault of ours shows nothing of itself: no message, no stack, no place'],
      ['http/masking.test.ts', 'says nothing of a fault of ours outside GraphQL either, but the request id'],
    ],
  },
  {
    point: 'API8 Security misconfiguration: secrets in logs and answers',
    held: [
      ['security/log.test.ts', noSecrets],
      ['security/log.test.ts', 'holds no person’s e-mail address'],
      ['security/log.test.ts', 'holds of an address the route alone'],
      ['security/log.test.ts', 'what failed does not say a secret back'],
      ['security/echo.test.ts', 'a value that does not fit is said back in no place of any root field'],
      ['security/echo.test.ts', 'nothing of all that stands in the log, at its most talkative'],
      ['security/log.test.ts', 'the embedded database logs no statement, no value and no detail of an error'],
      ['http/log.test.ts', 'a failed statement is logged by its code and place, without the values it was sent with'],
    ],
    because:
      'Outside production, where no mail service is set, the log has address and link of an invitation, to be delivered by hand. A database of a firm’s own logs as that firm set it up.',
  },
  {
    point: 'API8 Security misconfiguration: settings of a demonstration in production',
    held: [
      ['config.test.ts', 'production refuses to go on without a database and a secret'],
      ['config.test.ts', 'production refuses the demo firm, whose passwords are printed'],
      ['ops/start.test.ts', 'does not serve in production on the embedded database'],
    ],
  },
  {
    point: 'API8 Security misconfiguration: the database behind it',
    held: [
      ['store/service-role.test.ts', 'the service works as a role that owns nothing and may do nothing but serve'],
      ['tenancy/self-check.test.ts', 'and does not start over a hole'],
      [
        'local-postgres/embedded.test.ts',
        'the database is closed to all who do not know its password, and its files to all other accounts',
      ],
    ],
  },
  {
    point: 'API8 Security misconfiguration: parts with known holes',
    because:
      'Every package is pinned to a version; whether one has become unsafe is checked when it is built, not by a test.',
  },
  {
    point: 'API9 Improper inventory management',
    held: [
      ['security/http.test.ts', 'the service answers at these addresses and at no others'],
      ['architecture.test.ts', 'stands in schema/schema.graphql as it is served (npm run schema writes it)'],
    ],
    because: 'There is one version of the API, and the schema that is committed is the inventory of it.',
  },
  {
    point: 'API10 Unsafe consumption of APIs',
    held: [
      ['jobs/mailer.test.ts', 'a mail service that answers %i has not delivered'],
      [
        'features/identity-members.test.ts',
        'that cannot be delivered stands all the same, and the log says so without its token',
      ],
    ],
    because:
      'The mail service is the only one asked; nothing of its answer is read but the status, and redirects are not followed.',
  },
]

/** OWASP GraphQL Cheat Sheet (https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html). */
const graphql: readonly Point[] = [
  {
    point: 'Input validation: only what is declared is taken, and says where it is at fault',
    held: [
      ['http/protocol.test.ts', 'says which variable does not fit what the operation declares'],
      ['security/inputs.test.ts', 'is refused wherever it is added to an input, and nothing moves'],
      ['security/inputs.test.ts', 'is refused where it is half a character, which no database keeps as it is'],
      [
        'security/texts.test.ts',
        'is a line, in which no direction is changed and nothing hidden, or may have lines and has no controls',
      ],
    ],
  },
  { point: 'Injection: SQL', held: [['security/inputs.test.ts', hostileText]] },
  {
    point: 'Injection: the shell, other interpreters',
    because:
      'Programs are started for the embedded database alone, with arguments that come from settings, and no request reaches them.',
  },
  {
    point: 'Injection: HTML and CSS in the report',
    held: [
      ['features/report-render.test.ts', 'stays text, wherever it stands'],
      ['features/report-render.test.ts', 'cannot leave the string it is put into in the style sheet'],
      [
        'features/report-render.test.ts',
        'is one document of well-formed tags, with nothing that runs and nothing from elsewhere',
      ],
    ],
  },
  {
    point: 'Injection: formulas in spreadsheets',
    because: 'Nothing is exported as CSV or XLSX yet. What is to be: cells that begin with = + - @ are neutralized.',
  },
  {
    point: 'Injection: prototypes of JavaScript',
    held: [['security/http.test.ts', 'a prototype in the JSON of a request is refused, not taken']],
  },
  {
    point: 'Injection: files that are something else, paths in their names',
    held: [['features/import-csv.test.ts', 'refuses what is not a text file at all']],
    because:
      'A file is kept under a name of the service’s own making; the name that came with it is text. Nothing is unpacked.',
  },
  {
    point: 'Denial of service: depth and nesting',
    held: [
      ['http/protocol.test.ts', tooDear],
      ['security/exhaustion.test.ts', 'is told by its brackets, not by what is written in its texts and comments'],
      ['security/exhaustion.test.ts', 'nested two hundred thousand levels deep (%s) are refused'],
      [
        'security/exhaustion.test.ts',
        'by a chain of fragments is answered: the number of selections keeps it short enough',
      ],
      ['security/exhaustion.test.ts', 'is refused unread: four megabytes of %s'],
    ],
  },
  {
    point: 'Denial of service: fragments in circles',
    held: [['http/protocol.test.ts', 'counts fragments that spread each other without going round in circles']],
  },
  {
    point: 'Denial of service: aliases and directives',
    held: [
      ['http/overload.test.ts', 'cannot hide fields at its root in a fragment'],
      ['http/protocol.test.ts', tooDear],
      ['security/exhaustion.test.ts', 'thousands of directives are refused, with no more than a hundred errors'],
    ],
  },
  {
    point: 'Denial of service: amounts and pages',
    held: [
      ['security/inputs.test.ts', 'no page is longer than a hundred, in whatever list'],
      ['security/exhaustion.test.ts', 'is refused unread when it is too long: %s'],
    ],
  },
  {
    point: 'Denial of service: cost',
    held: [
      ['http/protocol.test.ts', tooDear],
      ['execute/weights.test.ts', 'is refused many times over by alias, and all others are answered meanwhile'],
    ],
  },
  {
    point: 'Denial of service: time',
    held: [['faults/busy.test.ts', 'a query as a whole has its time: after it no further statement begins']],
  },
  {
    point: 'Denial of service: remembering documents for any caller',
    held: [['security/http.test.ts', 'remembering documents for any caller (automatic persisted queries)']],
  },
  {
    point: 'Access control: of objects, fields, edges and mutations',
    held: [
      ['access/types.test.ts', 'passes the ways that are theirs, and no others'],
      [
        'access/types.test.ts',
        'every type is entered on some way, and a person who passes finds something at the end of each',
      ],
      ['access/acts.test.ts', notTheirs],
    ],
  },
  {
    point: 'Access control: node(id) and other ways around',
    held: [
      ['tenancy/reach.test.ts', 'finds an object of every type that has an id, for some member'],
      ['tenancy/reach.test.ts', 'answers $who about a hidden object as about one that never was'],
      ['security/inputs.test.ts', 'to $who'],
    ],
  },
  {
    point: 'Batching attacks: guesses packed into one request',
    held: [
      ['security/guessing.test.ts', guessesMany],
      ['security/http.test.ts', 'several operations in one body'],
    ],
  },
  {
    point: 'Secure configuration: introspection, the explorer, suggestions',
    held: [
      ['security/http.test.ts', 'is not told: %s'],
      ['security/http.test.ts', 'the page %s, in production'],
      ['security/http.test.ts', 'is not given away by what a misspelt name might have meant'],
      ['http/protocol.test.ts', 'serves an explorer that loads nothing from elsewhere'],
    ],
  },
  {
    point: 'Secure configuration: excessive errors',
    held: [['security/http.test.ts', 'a fault of ours shows nothing of itself: no message, no stack, no place']],
  },
  {
    point: 'Requests of another origin (CSRF), mutations by GET',
    held: [
      ['security/http.test.ts', 'a request that a page of another origin can send without asking first'],
      ['security/cross-origin.test.ts', 'a request that a page of an allowed origin sends without asking first'],
      ['http/protocol.test.ts', 'refuses a mutation by GET, and a form with files, whoever sends it'],
    ],
  },
  {
    point: 'Subscriptions past the limits of HTTP',
    because: 'There are none yet, and no WebSocket.',
  },
]

/** The lists, by name. */
export const lists: Readonly<Record<string, readonly Point[]>> = {
  'OWASP API Security Top 10, 2023': api,
  'OWASP GraphQL Cheat Sheet': graphql,
}
