/** What came of an act of a person: `DONE`, the code it was refused or failed with, or what else was said. */
export const outcomeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'DONE',
    (error: Error) => /"code":"(\w+)"/.exec(error.message)?.[1] ?? error.message,
  )
