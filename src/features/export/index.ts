/** The one writer of lists: a table as a file, in which no cell is a formula. It knows nothing of what the rows are. */
export const listExports = { name: 'export', rows: [], resolvers: [] }
