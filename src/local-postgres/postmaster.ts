import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { CannotStart } from '../kernel/cannot-start.js'

/** A PostgreSQL server at work on one cluster. */
export interface Postmaster {
  pid: number
  /** `null` while it has not said yet where it listens. */
  port: number | null
}

const lookAgainMs = 20

/**
 * The server that runs on a cluster, whichever process started it. A `postmaster.pid` left by a crash names none, also when its
 * process number has gone to another program since.
 */
export async function runningPostmaster(cluster: string): Promise<Postmaster | null> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 1) return null
  if (!(await commandOf(pid)).includes(cluster)) return null
  return { pid, port: Number(lines[3]) || null }
}

/**
 * PostgreSQL does not start while `postmaster.pid` names a living process of its own user, whatever that process is.
 * After a crash in a container, where numbers are few, it often does: then the file goes.
 */
export async function removeStalePidFile(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid')
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0])
  if (Number.isInteger(pid) && pid > 1 && !(await commandOf(pid)).includes('postgres')) await rm(file, { force: true })
}

/** Ends the server on a cluster, first in good order, at last by force. Resolves when it is gone. */
export async function stopPostmaster(cluster: string): Promise<void> {
  const escalation = [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const
  for (const [signal, timeoutMs] of escalation) {
    const running = await runningPostmaster(cluster)
    if (running === null) return
    signalProcess(running.pid, signal)
    const deadline = Date.now() + timeoutMs
    while (Date.now() < deadline) {
      if ((await runningPostmaster(cluster)) === null) return
      await pause(lookAgainMs)
    }
  }
  throw new CannotStart(`The PostgreSQL server on ${cluster} does not stop; end it by hand.`)
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It went by itself meanwhile; the caller looks again.
  }
}

/** The command line of a process; empty when there is no such process, or only its remains. */
async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const ps = promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)])
  return (await ps.catch(() => ({ stdout: '' }))).stdout
}
