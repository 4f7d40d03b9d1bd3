import type { ProgramKind } from './content.js'

/** What a name with this extension says of the content. */
export interface KnownExtension {
  mediaType: string
  isText: boolean
  /** What the content is recognised as, where it is binary or a text of its own form. */
  content: ReadonlySet<string>
}

const binary = (mediaType: string, ...content: string[]): KnownExtension => ({
  mediaType,
  isText: false,
  content: new Set(content),
})

const text = (mediaType: string, ...content: string[]): KnownExtension => ({
  mediaType,
  isText: true,
  content: new Set(content),
})

const openXml = 'application/vnd.openxmlformats-officedocument'
const openDocument = 'application/vnd.oasis.opendocument'
/** Office formats are archives; one that is laid out unusually is recognised as no more than that. One with a password is CFB. */
const office = (mediaType: string, ...content: string[]) => binary(mediaType, 'zip', 'cfb', ...content)

/** Formats that are ZIP archives themselves. */
const archives = [
  'docx',
  'docm',
  'xlsx',
  'xlsm',
  'pptx',
  'pptm',
  'vsdx',
  'odt',
  'ods',
  'odp',
  'jar',
  'epub',
  'xpi',
  'apk',
]

/** The extensions of files that are commonly sent between firms and clients, and what their content must be. */
export const knownExtensions: ReadonlyMap<string, KnownExtension> = new Map(
  Object.entries({
    pdf: binary('application/pdf', 'pdf'),
    png: binary('image/png', 'png', 'apng'),
    jpg: binary('image/jpeg', 'jpg'),
    jpeg: binary('image/jpeg', 'jpg'),
    gif: binary('image/gif', 'gif'),
    webp: binary('image/webp', 'webp'),
    heic: binary('image/heic', 'heic'),
    heif: binary('image/heif', 'heic'),
    avif: binary('image/avif', 'avif'),
    tif: binary('image/tiff', 'tif'),
    tiff: binary('image/tiff', 'tif'),
    bmp: binary('image/bmp', 'bmp'),
    ico: binary('image/x-icon', 'ico'),
    svg: text('image/svg+xml', 'xml'),

    csv: text('text/csv'),
    tsv: text('text/tab-separated-values'),
    txt: text('text/plain'),
    log: text('text/plain'),
    conf: text('text/plain'),
    ini: text('text/plain'),
    sql: text('text/plain'),
    md: text('text/markdown'),
    json: text('application/json'),
    ndjson: text('application/x-ndjson'),
    xml: text('application/xml'),
    html: text('text/html'),
    htm: text('text/html'),
    yaml: text('application/yaml'),
    yml: text('application/yaml'),
    eml: text('message/rfc822'),
    ics: text('text/calendar'),
    vcf: text('text/vcard'),
    rtf: text('application/rtf', 'rtf'),

    msg: binary('application/vnd.ms-outlook', 'cfb'),
    doc: binary('application/msword', 'cfb'),
    xls: binary('application/vnd.ms-excel', 'cfb'),
    ppt: binary('application/vnd.ms-powerpoint', 'cfb'),
    vsd: binary('application/vnd.visio', 'cfb'),
    docx: office(`${openXml}.wordprocessingml.document`, 'docx'),
    docm: office('application/vnd.ms-word.document.macroenabled.12', 'docm'),
    xlsx: office(`${openXml}.spreadsheetml.sheet`, 'xlsx'),
    xlsm: office('application/vnd.ms-excel.sheet.macroenabled.12', 'xlsm'),
    xlsb: office('application/vnd.ms-excel.sheet.binary.macroenabled.12', 'xlsb'),
    pptx: office(`${openXml}.presentationml.presentation`, 'pptx'),
    vsdx: office('application/vnd.ms-visio.drawing.main+xml', 'vsdx'),
    odt: office(`${openDocument}.text`, 'odt'),
    ods: office(`${openDocument}.spreadsheet`, 'ods'),
    odp: office(`${openDocument}.presentation`, 'odp'),

    zip: binary('application/zip', 'zip', ...archives),
    gz: binary('application/gzip', 'gz', 'tar.gz'),
    tgz: binary('application/gzip', 'gz', 'tar.gz'),
    tar: binary('application/x-tar', 'tar'),
    bz2: binary('application/x-bzip2', 'bz2'),
    xz: binary('application/x-xz', 'xz'),
    zst: binary('application/zstd', 'zst'),
    '7z': binary('application/x-7z-compressed', '7z'),
    rar: binary('application/vnd.rar', 'rar'),

    mp4: binary('video/mp4', 'mp4', 'm4v', 'f4v', 'mov'),
    m4v: binary('video/x-m4v', 'm4v', 'mp4'),
    mov: binary('video/quicktime', 'mov', 'mp4'),
    webm: binary('video/webm', 'webm', 'mkv'),
    mkv: binary('video/matroska', 'mkv', 'webm'),
    avi: binary('video/vnd.avi', 'avi'),
    mp3: binary('audio/mpeg', 'mp3', 'mp2', 'mp1'),
    m4a: binary('audio/mp4', 'm4a', 'mp4'),
    wav: binary('audio/wav', 'wav'),
    ogg: binary('audio/ogg', 'ogg', 'oga', 'opus'),

    pcap: binary('application/vnd.tcpdump.pcap', 'pcap'),
    parquet: binary('application/vnd.apache.parquet', 'parquet'),
    sqlite: binary('application/vnd.sqlite3', 'sqlite'),
  }),
)

/** Under which names a program is what it is called. */
export const programExtensions: Readonly<Record<ProgramKind, ReadonlySet<string>>> = {
  'a program for Linux (ELF)': new Set(['elf', 'so', 'o', 'ko', 'axf', 'bin']),
  'a program for Windows (PE)': new Set(['exe', 'dll', 'sys', 'scr', 'com', 'cpl', 'ocx', 'efi', 'drv']),
  'a program for macOS (Mach-O)': new Set(['macho', 'dylib', 'bundle', 'o']),
}
