import { crc32, deflateRawSync, gzipSync } from 'node:zlib'

// Small files of many kinds, each as a program would write it.

/** A ZIP archive with these files. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const plain = Buffer.from(content)
    const packed = deflateRawSync(plain)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(crc32(plain), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(plain.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\0'), fields, place, Buffer.from(name))
    parts.push(local)
    offset += local.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(parts.length, 4)
  end.writeUInt16LE(parts.length, 6)
  end.writeUInt32LE(listed.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, listed, Buffer.from('PK\x05\x06'), end])
}

const officeFile = (type: string, part: string): Buffer =>
  zipOf({
    '[Content_Types].xml': `<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`,
    '_rels/.rels': '<?xml version="1.0"?><Relationships/>',
    [part]: '<?xml version="1.0"?><root/>',
  })

export const smallFiles = {
  png: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
  gif: Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
  jpg: Buffer.concat([Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'), Buffer.alloc(40, 0x11)]),
  pdf: Buffer.from(
    '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF',
    'latin1',
  ),
  zip: zipOf({ 'list.csv': 'a,b\n1,2\n' }),
  xlsx: officeFile('spreadsheetml.sheet', 'xl/workbook.xml'),
  docx: officeFile('wordprocessingml.document', 'word/document.xml'),
  ods: zipOf({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<x/>' }),
  gz: gzipSync(Buffer.from('text')),
  // What Excel, Word and Outlook wrote before 2007, and an Office file with a password.
  cfb: Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(1528)]),
  mp4: Buffer.concat([
    Buffer.from('0000001866747970', 'hex'),
    Buffer.from('isom\0\0\x02\0isommp42', 'latin1'),
    Buffer.alloc(40),
  ]),
  webp: Buffer.concat([Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1'), Buffer.alloc(40)]),
  unknown: Buffer.concat([Buffer.from([1, 2, 3, 0xff, 0xfe, 0]), Buffer.alloc(50, 0x9d)]),
  csv: Buffer.from('ref;name\r\n1;Müller\r\n'),
  utf16: Buffer.from('\ufeffref;name\r\n1;Müller\r\n', 'utf16le'),
  latin1: Buffer.from('ref;name\r\n1;Müller\r\n', 'latin1'),
  xml: Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
  svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  html: Buffer.from('<!doctype html><title>x</title>'),
  rtf: Buffer.from('{\\rtf1\\ansi text}'),
  json: Buffer.from('{"a": 1}'),
  elf: Buffer.concat([Buffer.from('7f454c4602010100', 'hex'), Buffer.alloc(56)]),
  pe: Buffer.concat([Buffer.from('MZ\x90\0\x03', 'latin1'), Buffer.alloc(120)]),
  macho: Buffer.concat([Buffer.from('cffaedfe07000001', 'hex'), Buffer.alloc(24)]),
  universal: Buffer.concat([Buffer.from('cafebabe00000002', 'hex'), Buffer.alloc(40)]),
}
