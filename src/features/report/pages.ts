import { LRUCache } from 'lru-cache'
import type { Whole } from '../../kernel/store/row.js'
import { renderReport } from './render.js'
import { type Report, verifiedModel } from './report.js'

/** So many bytes of rendered reports are kept, those asked for last. */
const keptBytes = 64 * 1024 * 1024
/** A larger one is rendered each time: kept, it would push out all others. */
const largestBytes = keptBytes / 8

/** A text takes at most two bytes a character. */
const bytesOf = (text: string): number => 2 * text.length

const pages = new LRUCache<string, string>({
  maxSize: keptBytes,
  sizeCalculation: (page, key) => bytesOf(page) + bytesOf(key),
})

/**
 * An issued report as HTML: rendered once for all that a page shows. The model is compared with its digest each time, so that
 * one that was changed in the database gets no page, nor leaves one behind.
 * @param report a row that was read for the caller: nothing is looked up here that they may not see
 * @throws Fault DIGEST_MISMATCH
 */
export function reportPage(report: Whole<Report>): string {
  const model = verifiedModel(report)
  const { sha256, trailPosition, trailHash, checkpoint } = report
  const key = JSON.stringify([sha256, trailPosition, trailHash, checkpoint])
  const known = pages.get(key)
  if (known !== undefined) return known
  const page = renderReport(JSON.parse(model), { sha256, trailPosition, trailHash, checkpoint })
  if (bytesOf(page) <= largestBytes) pages.set(key, page)
  return page
}
