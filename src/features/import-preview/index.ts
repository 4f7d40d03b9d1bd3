import { PreviewResolver } from './preview.resolver.js'

/** What an import would make of a file, for every kind of list that is imported. */
export const importPreview = { name: 'import-preview', rows: [], resolvers: [PreviewResolver] }
