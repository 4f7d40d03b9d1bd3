import { readFile } from 'node:fs/promises'

/** What processes have used of the machine, as Linux tells it; on other systems nothing is told. */
const told = process.platform === 'linux'
/** The unit of times in /proc; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

/** Milliseconds of CPU that a process and its children, those that have ended included, have used; null: not told. */
export async function cpuOf(pid: number): Promise<number | null> {
  if (!told) return null
  const ticks = await Promise.all((await withChildren(pid)).map(ticksOf))
  return (ticks.reduce((sum, some) => sum + some, 0) / ticksPerSecond) * 1000
}

/** Megabytes of memory that a process holds at this moment; null: not told. */
export async function memoryOf(pid: number): Promise<number | null> {
  if (!told) return null
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}

async function withChildren(pid: number): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return [pid, ...list.trim().split(' ').filter(Boolean).map(Number)]
}

/** Of a process and of those of its children that it has outlived. */
async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name, in parentheses, may hold anything; after it, user and system time are 12th and 13th, of children 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field || 0), 0)
}
