/** The one reader of lists: rows of cells from a file, their header, keys and dates. It knows nothing of what the rows are. */
export const imports = { name: 'import', rows: [], resolvers: [] }
