import 'reflect-metadata'
import type { Logger } from 'pino'
import { readConfig } from './config.js'
import { serviceLog } from './http/log.js'
import { freeStartMemory } from './memory.js'
import { command } from './ops/command-line.js'
import { openService, type Service } from './service.js'

type Ending = 'SIGTERM' | 'SIGINT'

/**
 * The first signal to end. One that comes while the service starts is kept until it has started: what is made then would
 * be left half made, or running. Sent again, it ends the process at once.
 */
const firstSignal = (): Promise<Ending> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
  })

/** SIGTERM comes from a service manager, which first has to send callers elsewhere; SIGINT from a person at a keyboard. */
async function stopOn(signalled: Promise<Ending>, service: Service, log: Logger): Promise<void> {
  const signal = await signalled
  log.info({ signal }, 'draining')
  try {
    await (signal === 'SIGTERM' ? service.drain() : service.stop())
    process.exit(0)
  } catch (error) {
    log.error({ err: error }, 'the service did not end in good order')
    process.exit(1)
  }
}

/** A promise that fails when its request was answered already is a defect: of one request, and no reason to end all others. */
function outliveStrays(log: Logger): void {
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was rejected without a handler'))
}

async function serve(): Promise<void> {
  const signalled = firstSignal()
  const config = readConfig()
  const log = serviceLog(config.logLevel)
  outliveStrays(log)
  // Loaded only where it was asked for: invented people and their password are no part of a service in production.
  const demo = config.seed === 'demo' ? await import('../seeds/first-start.js') : null
  const service = await openService(config, log, demo ? { exampleAccount: demo.exampleAccount } : {})
  try {
    if (demo && !(await demo.isSeeded(service))) {
      console.log('First start: an invented firm is set up, which takes a few seconds ...')
      // A few hundred requests from inside; the operator who has just started the service wants to read how to reach it.
      log.level = 'warn'
      await demo.seedDemo(service)
      log.level = config.logLevel
    }
    freeStartMemory()
    const address = await service.listen()
    console.log(
      [
        `Fieldwork is ready: ${address}/graphql${config.environment === 'production' ? '' : `, explorer at ${address}/`}`,
        ...(demo?.howToSignIn() ?? []),
      ].join('\n'),
    )
    void stopOn(signalled, service, log)
  } catch (error) {
    await service.stop()
    throw error
  }
}

await command({ name: 'npm start', about: 'Runs the service (docs/operate.md has its settings).', options: {} }, serve)
