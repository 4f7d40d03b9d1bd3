import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-js'
import type { BroughtFile } from '../api.js'
import { invented } from './pdf.js'

/** A page of settings of a system, as a screenshot shows it. */
export interface Screen {
  /** The name of the file without its extension. */
  name: string
  system: string
  page: string
  /** When the picture was taken, as the screen shows it. */
  takenAt: string
  settings: readonly (readonly [string, string])[]
}

const font = (weight: string, name: string) =>
  createRequire(import.meta.url).resolve(`@expo-google-fonts/noto-sans/${weight}/NotoSans_${name}.ttf`)
const fontFiles = [font('400Regular', '400Regular'), font('700Bold', '700Bold')]

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
const text = (x: number, y: number, size: number, fill: string, content: string, weight = 400) =>
  `<text x="${x}" y="${y}" font-family="Noto Sans" font-size="${size}" font-weight="${weight}" fill="${fill}">${escaped(content)}</text>`

const width = 900
const top = 110
const rowHeight = 40

/** A real PNG of the screen, the same bytes each time. */
export function pngOf({ name, system, page, takenAt, settings }: Screen): BroughtFile {
  const height = top + settings.length * rowHeight + 50
  const rows = settings.flatMap(([label, value], at) => {
    const y = top + at * rowHeight
    const stripe =
      at % 2 === 0 ? `<rect x="24" y="${y}" width="${width - 48}" height="${rowHeight}" fill="#f3f5f8"/>` : ''
    return [stripe, text(40, y + 26, 15, '#333', label), text(420, y + 26, 15, '#000', value, 700)]
  })
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/><rect width="${width}" height="48" fill="#22354d"/>`,
    text(24, 31, 17, '#fff', system, 700),
    text(width - 220, 31, 14, '#cfd8e3', takenAt),
    text(24, 86, 20, '#22354d', page, 700),
    ...rows,
    text(24, height - 18, 12, '#888', invented),
    '</svg>',
  ].join('')
  const options = { font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Noto Sans' } }
  return { name: `${name}.png`, content: Buffer.from(new Resvg(svg, options).render().asPng()) }
}
