import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MediaType, mediaTypeOf } from '../../src/kernel/files/media-type.js'
import { TextCheck } from '../../src/kernel/files/text-check.js'
import { smallFiles } from '../support/small-files.js'

type Name = keyof typeof smallFiles

function typeOf(fileName: string, head: Buffer): Promise<MediaType> {
  const text = new TextCheck()
  text.add(head)
  return mediaTypeOf({ fileName, head, isText: text.isText() })
}

describe('the media type of a file', () => {
  it('is that of its name where the content is what the name says', async () => {
    const cases: [Name, string, string][] = [
      ['png', 'screen.png', 'image/png'],
      ['png', 'SCREEN.PNG', 'image/png'],
      ['gif', 'a.gif', 'image/gif'],
      ['jpg', 'a.jpeg', 'image/jpeg'],
      ['webp', 'a.webp', 'image/webp'],
      ['pdf', 'policy.v2.pdf', 'application/pdf'],
      ['zip', 'a.zip', 'application/zip'],
      ['xlsx', 'renamed.zip', 'application/zip'],
      ['xlsx', 'a.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
      ['zip', 'unusual.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
      ['cfb', 'with-password.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
      ['docx', 'a.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
      ['ods', 'a.ods', 'application/vnd.oasis.opendocument.spreadsheet'],
      ['cfb', 'a.xls', 'application/vnd.ms-excel'],
      ['cfb', 'a.msg', 'application/vnd.ms-outlook'],
      ['gz', 'logs.tar.gz', 'application/gzip'],
      ['mp4', 'walkthrough.mp4', 'video/mp4'],
      ['csv', 'a.csv', 'text/csv'],
      ['utf16', 'a.csv', 'text/csv'],
      ['latin1', 'a.csv', 'text/csv'],
      ['csv', 'a.tsv', 'text/tab-separated-values'],
      ['csv', 'a.log', 'text/plain'],
      ['json', 'a.json', 'application/json'],
      ['xml', 'a.xml', 'application/xml'],
      ['xml', 'a.svg', 'image/svg+xml'],
      ['svg', 'a.svg', 'image/svg+xml'],
      ['html', 'a.html', 'text/html'],
      ['rtf', 'a.rtf', 'application/rtf'],
      ['json', 'a.yaml', 'application/yaml'],
      ['elf', 'lib.so', 'application/x-elf'],
      ['pe', 'setup.exe', 'application/vnd.microsoft.portable-executable'],
      ['macho', 'lib.dylib', 'application/x-mach-binary'],
    ]
    for (const [content, name, mediaType] of cases) {
      expect([name, await typeOf(name, smallFiles[content])]).toEqual([name, { mediaType }])
    }
  })

  it('is that of the content where the name says none', async () => {
    const cases: [Name, string, string][] = [
      ['png', 'screen', 'image/png'],
      ['pdf', 'report.final', 'application/pdf'],
      ['csv', 'README', 'text/plain'],
      ['utf16', 'list.dat', 'text/plain'],
      ['unknown', 'list.dat', 'application/octet-stream'],
      ['latin1', 'list.dat', 'application/octet-stream'],
    ]
    for (const [content, name, mediaType] of cases) {
      expect([name, await typeOf(name, smallFiles[content])]).toEqual([name, { mediaType }])
    }
  })

  it('is that of texts by their names where the file is empty, and else of no kind', async () => {
    const nothing = Buffer.alloc(0)
    expect(await typeOf('a.csv', nothing)).toEqual({ mediaType: 'text/csv' })
    expect(await typeOf('a.pdf', nothing)).toEqual({ mediaType: 'application/octet-stream' })
    expect(await typeOf('a', nothing)).toEqual({ mediaType: 'application/octet-stream' })
  })

  it('is not known by letters that a text begins with by chance', async () => {
    for (const begin of [
      'MZ100;x',
      'BM;x',
      'ID3;x',
      'PK;x',
      'GIF87a is a format',
      'FWS,CWS',
      'Obj,x',
      'OggS',
      'xar!',
    ]) {
      expect([begin, await typeOf('a.csv', Buffer.from(`${begin}\n1,2\n`))]).toEqual([begin, { mediaType: 'text/csv' }])
    }
  })

  it('allows something before the mark of a PDF', async () => {
    const head = Buffer.concat([Buffer.from('\r\n\0'), smallFiles.pdf])
    expect(await typeOf('a.pdf', head)).toEqual({ mediaType: 'application/pdf' })
  })
})

describe('a file whose name contradicts its content', () => {
  it('is told as such, with what the content is and what the name says', async () => {
    expect(await typeOf('a.pdf', smallFiles.png)).toEqual({
      mismatch: 'The content is of the type image/png, but the name says .pdf.',
    })
    expect(await typeOf('a.pdf', smallFiles.csv)).toEqual({ mismatch: 'The content is text, but the name says .pdf.' })
    expect(await typeOf('a.png', smallFiles.unknown)).toEqual({
      mismatch: 'The content is binary, of no type that is known, but the name says .png.',
    })
    const wrong: [Name, string][] = [
      ['xlsx', 'a.docx'],
      ['docx', 'a.xlsx'],
      ['ods', 'a.xlsx'],
      ['zip', 'a.doc'],
      ['pdf', 'a.csv'],
      ['png', 'a.txt'],
      ['zip', 'a.json'],
      ['unknown', 'a.csv'],
      ['rtf', 'a.txt'],
      ['html', 'a.xls'],
      ['svg', 'a.png'],
      ['gz', 'a.zip'],
      ['cfb', 'a.pdf'],
    ]
    for (const [content, name] of wrong) {
      expect([name, await typeOf(name, smallFiles[content])]).toEqual([name, { mismatch: expect.any(String) }])
    }
  })

  it('is one too where it is a program under any name but its own', async () => {
    for (const program of ['elf', 'pe', 'macho', 'universal'] as const) {
      for (const name of ['a.pdf', 'a.csv', 'a.zip', 'a.dat', 'a', 'exe']) {
        const told = await typeOf(name, smallFiles[program])
        expect([program, name, told]).toEqual([
          program,
          name,
          { mismatch: expect.stringMatching(/^The content is a program for/) },
        ])
      }
    }
    expect(await typeOf('a.exe', smallFiles.elf)).toEqual({
      mismatch: 'The content is a program for Linux (ELF), but the name says .exe.',
    })
    expect(await typeOf('a', smallFiles.pe)).toEqual({
      mismatch: 'The content is a program for Windows (PE), but the name says nothing of that.',
    })
    expect(await typeOf('a.exe', smallFiles.csv)).toEqual({ mediaType: 'text/plain' })
  })
})

it('answers for any content, however broken, and soon', async () => {
  const seeds = Object.values(smallFiles)
  const broken = fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }),
      fc.nat(),
      fc.nat(70_000),
    )
    .map(([seed, changes, cut, more]) => {
      const head = Buffer.concat([
        seed.subarray(0, cut % (seed.length + 1)),
        Buffer.alloc(more % 2 === 0 ? more : 0, seed),
      ])
      for (const [at, value] of changes) if (head.length > 0) head[at % head.length] = value
      return head.subarray(0, 65_536)
    })
  await fc.assert(
    fc.asyncProperty(broken, fc.constantFrom('a', 'a.pdf', 'a.csv', 'a.xlsx', 'a.mp4'), async (head, name) => {
      const begun = performance.now()
      const told = await typeOf(name, head)
      expect('mediaType' in told ? told.mediaType : told.mismatch).toMatch(/^[\w+-]+\/[\w.+-]+$|^The content is .+\.$/)
      expect(performance.now() - begun).toBeLessThan(1000)
    }),
    { numRuns: 1500 },
  )
}, 60_000)
