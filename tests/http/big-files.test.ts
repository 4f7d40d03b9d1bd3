import { beforeAll, expect, test } from 'vitest'
import { type AuditFirm, auditFirm, signedIn } from '../support/audit-firm.js'
import { bigFile } from '../support/big-file.js'
import { dataFolder, freePort, start } from '../support/service-process.js'

const settings = { PORT: String(await freePort()), FIELDWORK_DATA_DIR: await dataFolder(), FIELDWORK_SEED: 'none' }
const address = `http://127.0.0.1:${settings.PORT}`

let firm: AuditFirm
beforeAll(async () => {
  firm = await auditFirm(settings)
}, 120_000)

// The long form is in big-files.long.test.ts.
test('a file of 100 MiB goes up and down as it is, while the service answers others and holds little of it', {
  timeout: 120_000,
}, async () => {
  const service = start(settings)
  await service.ready
  const { staff } = await signedIn(address, 'staff')
  const cost = await bigFile(address, service.child.pid as number, staff, firm.engagementId, 100)
  process.stdout.write(`100 MiB: ${JSON.stringify(cost)}\n`)
  expect(cost.isSame).toBe(true)
  expect(cost.asked).toBeGreaterThan(5)
  // Where many tests run at a time each waits for the others.
  expect(cost.healthMs).toBeLessThan(1_000)
  expect(cost.grownMegabytes).toBeLessThan(200)
  service.child.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
})
