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

test('a file of 4 GiB goes up and down as it is; all along the service answers within 200 ms, and holds less than 300 MB of it', {
  timeout: 600_000,
}, async () => {
  const service = start(settings)
  await service.ready
  const { staff } = await signedIn(address, 'staff')
  const cost = await bigFile(address, service.child.pid as number, staff, firm.engagementId, 4_096)
  process.stdout.write(`4 GiB: ${JSON.stringify(cost)}\n`)
  expect(cost.isSame).toBe(true)
  expect(cost.healthMs).toBeLessThan(200)
  expect(cost.grownMegabytes).toBeLessThan(300)
  service.child.kill('SIGTERM')
  expect((await service.ended).code).toBe(0)
})
