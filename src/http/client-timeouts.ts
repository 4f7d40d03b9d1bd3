import type { FastifyInstance, FastifyRequest } from 'fastify'

/** How long a caller may take over each part of a request, in milliseconds. */
export const pace = {
  headers: 15_000,
  /** The body of a request without a file, from first to last byte. */
  body: 30_000,
  /** A request with a file: five gigabytes at six megabits a second. */
  file: 2 * 3_600_000,
  /** Nothing comes of a file for so long: its sender is gone. */
  fileIdle: 60_000,
  /** A caller who takes no byte of the answer for so long does not want it. */
  answer: 60_000,
  /** How often headers and files are looked after. */
  check: 5_000,
} as const

export type ClientTimeouts = { [Part in keyof typeof pace]: number }

/** Disconnects callers who send byte by byte, or do not take their answer: each holds a connection and memory. */
export function limitClientTimes(app: FastifyInstance, { body, answer }: ClientTimeouts): void {
  app.addHook('preParsing', async (request) => {
    if (isFile(request)) return
    const late = setTimeout(() => request.raw.destroy(), body)
    request.raw.once('close', () => clearTimeout(late))
  })
  app.addHook('onSend', async (_request, reply) => {
    reply.raw.setTimeout(answer, () => reply.raw.destroy())
  })
}

/** Whether the request brings a file. */
const isFile = ({ routeOptions }: FastifyRequest): boolean => routeOptions.config.takesFile === true
