import { createHash } from 'node:crypto'
import { Latest } from '../../data/latest.js'
import { renderReport } from './render.js'
import type { Report } from './report.js'

/** So many bytes of rendered reports are kept, those asked for last. */
const keptBytes = 64 * 1024 * 1024
/** A larger one is rendered each time: kept, it would push out all others. */
const largestBytes = keptBytes / 8

/** A text takes at most two bytes a character. */
const bytesOf = (text: string): number => 2 * text.length

const pages = new Latest<string, string>(keptBytes, (page, key) => bytesOf(page) + bytesOf(key))

/**
 * An issued report as HTML: rendered once for all that a page shows. It is kept by a digest of the model as it was read just
 * now, so that a model that was changed in the database never gets the page of the genuine one, nor leaves its own behind.
 * @param report a row that was read for the caller: nothing is looked up here that they may not see
 */
export function reportPage({ model, sha256, trailPosition, trailHash }: Report): string {
  const digest = createHash('sha256').update(model).digest('hex')
  const key = JSON.stringify([digest, sha256, trailPosition, trailHash])
  const known = pages.get(key)
  if (known !== undefined) return known
  const page = renderReport(JSON.parse(model), { sha256, trailPosition, trailHash })
  if (bytesOf(page) <= largestBytes) pages.set(key, page)
  return page
}
