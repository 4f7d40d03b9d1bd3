import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
]

/** Files and folders of the repository that a document names, in its text and in its examples. */
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/(?<![\w./-])((?:src|docs|tests|migrations|seeds|schema|bench|\.ci)\/[\w./-]*)/g)].map(([, path]) =>
    (path as string).replace(/\.$/, ''),
  )

/** What a document links to within the repository: the file, from the document, and the heading. */
const linksIn = (text: string): { file: string; heading: string | undefined }[] =>
  [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, file, heading]) => ({
    file: file as string,
    heading,
  }))

/** The headings of a document as links name them. */
const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )

const scripts = Object.keys((JSON.parse(textOf('package.json')) as { scripts: object }).scripts)

describe.each(documents)('%s', (document) => {
  const text = textOf(document)

  it('names only files and folders that exist', () => {
    expect(pathsIn(text).filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('links only to files and headings that exist', () => {
    const broken = linksIn(text).filter(({ file, heading }) => {
      const target = file === '' ? document : join(dirname(document), file)
      if (!existsSync(join(root, target))) return true
      return heading !== undefined && !headingsOf(textOf(target)).includes(heading)
    })
    expect(broken).toEqual([])
  })

  it('names only commands that package.json has', () => {
    const named = [...text.matchAll(/\bnpm run ([\w:]+)/g)].map(([, script]) => script as string)
    expect(named.filter((script) => !scripts.includes(script))).toEqual([])
  })
})

it('README.md has at most 150 lines', () => {
  expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150)
})
