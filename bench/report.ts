import type { Finding } from './contest.js'

/** What the rounds of one contestant come to: medians. */
export type Summary = Omit<Finding, 'round'> & { rounds: number }

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

const medianOf = (findings: readonly Finding[], read: (finding: Finding) => number | null): number | null => {
  const values = findings.map(read).filter((value) => value !== null)
  return values.length === 0 ? null : median(values)
}

/** One run, as a line of progress. */
export const lineOf = ({ operation, connections, contestant, round, requestsPerSecond }: Finding): string =>
  `  ${operation}, ${connections} connections, round ${round}: ${contestant} ${requestsPerSecond.toFixed(1)} requests/s`

export function summarize(findings: readonly Finding[]): Summary[] {
  const groups = new Map<string, Finding[]>()
  for (const one of findings) {
    const name = `${one.operation} ${one.connections} ${one.contestant}`
    groups.set(name, [...(groups.get(name) ?? []), one])
  }
  return [...groups.values()].map((rounds) => ({
    ...(rounds[0] as Finding),
    round: undefined,
    rounds: rounds.length,
    requestsPerSecond: median(rounds.map((one) => one.requestsPerSecond)),
    p50: median(rounds.map((one) => one.p50)),
    p99: median(rounds.map((one) => one.p99)),
    serviceCpu: medianOf(rounds, (one) => one.serviceCpu),
    postgresCpu: medianOf(rounds, (one) => one.postgresCpu),
    memory: medianOf(rounds, (one) => one.memory),
  }))
}

const columns = [
  'operation',
  'connections',
  'contestant',
  'requests/s',
  'Fieldwork / it',
  'p50 ms',
  'p99 ms',
  'CPU ms service',
  'CPU ms PostgreSQL',
  'memory MB',
]

/** The summaries as a table in markdown. */
export function tableOf(summaries: readonly Summary[]): string {
  const rows = summaries.map((one) => {
    const ours = summaries.find(
      ({ operation, connections, contestant }) =>
        operation === one.operation && connections === one.connections && contestant === 'fieldwork',
    )
    const ratio = ours && ours !== one ? (ours.requestsPerSecond / one.requestsPerSecond).toFixed(2) : ''
    const shown = (value: number | null, digits: number) => (value === null ? 'not measured' : value.toFixed(digits))
    return [
      one.operation,
      String(one.connections),
      one.contestant,
      one.requestsPerSecond.toFixed(one.requestsPerSecond < 100 ? 1 : 0),
      ratio,
      one.p50.toFixed(1),
      one.p99.toFixed(1),
      shown(one.serviceCpu, 2),
      shown(one.postgresCpu, 2),
      shown(one.memory, 0),
    ]
  })
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(columns), line(columns.map((_, at) => (at === 0 || at === 2 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  )
}
