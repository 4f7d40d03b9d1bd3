import type { FastifyInstance } from 'fastify'
import { errorCode } from '../kernel/cannot-start.js'
import type { FileStorage } from '../kernel/files/storage.js'
import type { Database } from '../kernel/store/database.js'

/** How soon `/readyz` answers, and how often it looks. */
export const health = {
  /** A caller waits so long at most, in milliseconds. */
  answer: 2_000,
  /** A look at the storage writes and reads a file; it is not repeated for everyone who asks. */
  lookAgain: 5_000,
} as const

export type HealthTimes = { [Part in keyof typeof health]: number }

/** Says whether the service runs, and whether it can do its work: database and storage of files are there, and it takes requests. */
export function serveHealth(
  app: FastifyInstance,
  database: Database,
  storage: FileStorage,
  { answer, lookAgain }: HealthTimes = health,
): void {
  const storageAnswers = notMoreOften(() => storage.check().catch(unlessFull), lookAgain)
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    if (app.drain.isDraining) return reply.code(503).send({ status: 'draining' })
    const [hasDatabase, hasStorage] = await Promise.all([
      within(
        answer,
        answers(() => database.ping()),
      ),
      within(answer, storageAnswers()),
    ])
    const away = [hasDatabase ? '' : 'the database', hasStorage ? '' : 'the storage of files'].filter(Boolean)
    if (away.length === 0) return { status: 'ready' }
    return reply.code(503).send({ status: `${away.join(' and ')} ${away.length === 1 ? 'is' : 'are'} away` })
  })
}

/** Files that are there can be read where there is no room for another one. */
function unlessFull(error: unknown): void {
  if (!noRoom.has(errorCode(error))) throw error
}
const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

const answers = (look: () => Promise<void>): Promise<boolean> =>
  look().then(
    () => true,
    () => false,
  )

/** False where it is not known by then. */
async function within(ms: number, answer: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

/**
 * Looks when it is asked, but not again before so long after the last look began, nor while one is under way: meanwhile what that one finds is
 * answered.
 */
function notMoreOften(look: () => Promise<void>, ms: number): () => Promise<boolean> {
  let last: { at: number; answer: Promise<boolean>; isOver: boolean } | null = null
  return () => {
    if (last && (!last.isOver || performance.now() - last.at < ms)) return last.answer
    const begun = { at: performance.now(), answer: answers(look), isOver: false }
    void begun.answer.finally(() => {
      begun.isOver = true
    })
    last = begun
    return begun.answer
  }
}
