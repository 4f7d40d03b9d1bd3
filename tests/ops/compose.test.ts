import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.js'

const root = resolve(import.meta.dirname, '../../..')
const read = (name: string) => readFileSync(resolve(root, name), 'utf8')
const compose = read('docker-compose.yml')
const dockerfile = read('Dockerfile')

/** The lines of the service in the compose file. */
const service = /^ {2}fieldwork:\n((?: {4}.*\n)+)/m.exec(compose)?.[1] as string
const [mountedFrom, mountedAt] = (/^ {4}volumes:\n {6}- (\S+)$/m.exec(service)?.[1] ?? '').split(':')

/** What the container has in its environment: from the image, and from the compose file with what its reader set. */
function environmentIn(set: Record<string, string>): Record<string, string> {
  const ofImage = /^ENV (.+)$/m.exec(dockerfile)?.[1] as string
  const lines = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(service)?.[1] as string
  const ofCompose = [...lines.matchAll(/^ {6}(\w+): (.*)$/gm)].map(([, name, value]) => [
    name,
    (value as string).replace(/\$\{(\w+)(?::([?-])([^}]*))?\}/g, (_, variable, kind, text) => {
      const found = set[variable] || (kind === '-' ? text : undefined)
      if (found === undefined) throw new Error(`${variable} is not set`)
      return found
    }),
  ])
  return Object.fromEntries([...ofImage.split(' ').map((one) => one.split('=')), ...ofCompose])
}

const needed = { FIELDWORK_SECRET: 'k3Jx-9fQ2mVb7LrTz0WcYp5NsHdGe8Ua', POSTGRES_PASSWORD: 'f00d' }

test('the settings of the compose file let the service start in production, reached from outside of the container', () => {
  const config = readConfig(environmentIn(needed))
  expect(config).toMatchObject({
    environment: 'production',
    host: '0.0.0.0',
    databaseUrl: 'postgres://fieldwork_owner:f00d@database:5432/fieldwork',
    publicUrl: 'http://localhost:4000',
    seed: 'none',
    files: { bucket: null, clamd: null },
  })
  expect(() => environmentIn({ POSTGRES_PASSWORD: 'f00d' })).toThrow('FIELDWORK_SECRET is not set')
  const scanned = readConfig(environmentIn({ ...needed, FIELDWORK_CLAMD: 'clamd:3310' }))
  expect(scanned.files.clamd).toEqual({ host: 'clamd', port: 3310 })
})

test('files lie in a volume that outlives the container, in a folder that the user of the container may write', () => {
  const { files, dataDir } = readConfig(environmentIn(needed))
  expect(mountedAt).toBe(files.folder)
  expect(compose.split(/^volumes:$/m)[1]).toContain(`  ${mountedFrom}:\n`)
  const [before, after] = dockerfile.split(/^USER node$/m) as [string, string]
  expect(before).toContain(`RUN install -d -o node -g node -m 700 ${dataDir} ${files.folder}\n`)
  expect(after).not.toMatch(/^USER/m)
})
