/** That one thing leads to another, by their ids. */
export type Edge = readonly [from: string, to: string]

/** Every id that one leads to, over any number of steps; itself included. */
export function reachedFrom(start: string, edges: readonly Edge[]): ReadonlySet<string> {
  const found = new Set([start])
  for (const one of found) for (const [from, to] of edges) if (from === one) found.add(to)
  return found
}
