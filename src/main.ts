import 'reflect-metadata'
import { pino } from 'pino'
import { ConfigError, readConfig } from './config.js'
import { CannotStart } from './data/cannot-start.js'
import { startService } from './server/service.js'

try {
  const config = readConfig()
  const log = pino({ level: config.logLevel })
  const service = await startService(config, log)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'draining')
      service.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'the service did not end in good order')
          process.exit(1)
        },
      )
    })
  }
  console.log(`Fieldwork listens on ${service.address}`)
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof CannotStart)) throw error
  console.error(error.message)
  process.exitCode = 1
}
