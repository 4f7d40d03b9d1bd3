import PDFDocument from 'pdfkit'
import type { BroughtFile } from '../api.js'

/** A document of the invented client or firm, as it would lie in a file: a head, paragraphs, tables, and who signed. */
export interface Paper {
  /** The name of the file without its extension. */
  name: string
  /** Who issued it. */
  from: string
  title: string
  /** The day it was made, `2025-03-31`. */
  datedOn: string
  paragraphs: readonly string[]
  /** Names and values, printed as two columns after the paragraphs. */
  facts?: readonly (readonly [string, string])[]
  signedBy?: readonly string[]
}

/** Stands on every page of what the seeds make. */
export const invented = 'Invented for the demonstration: no such organization, person or record exists.'

const margin = 56

/** A real PDF of the paper, the same bytes each time. */
export async function pdfOf({ name, from, title, datedOn, paragraphs, facts, signedBy }: Paper): Promise<BroughtFile> {
  const made = new Date(`${datedOn}T12:00:00Z`)
  const info = { Title: title, Author: from, CreationDate: made, ModDate: made }
  const document = new PDFDocument({ size: 'A4', margin, info, lang: 'en', displayTitle: true })
  const pieces: Buffer[] = []
  document.on('data', (piece: Buffer) => pieces.push(piece))
  const ended = new Promise((resolve) => document.on('end', resolve))
  document.font('Helvetica').fontSize(9).fillColor('#555').text(from).text(datedOn)
  document.moveDown(1.5).font('Helvetica-Bold').fontSize(15).fillColor('#000').text(title).moveDown(0.8)
  document.font('Helvetica').fontSize(10.5)
  for (const paragraph of paragraphs) document.text(paragraph, { lineGap: 2.5 }).moveDown(0.7)
  for (const [label, value] of facts ?? []) {
    document.font('Helvetica-Bold').text(`${label}: `, { continued: true, lineGap: 2.5 }).font('Helvetica').text(value)
  }
  if (signedBy) document.moveDown(1.5).text(`Signed on ${datedOn}: ${signedBy.join('; ')}`)
  document.moveDown(2).fontSize(8).fillColor('#777').text(invented)
  document.end()
  await ended
  return { name: `${name}.pdf`, content: Buffer.concat(pieces) }
}
