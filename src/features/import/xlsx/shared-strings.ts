import { TextRuns } from './runs.js'
import type { TextStore } from './text-store.js'
import type { Attributes, ElementReader } from './xml.js'

/**
 * The texts that cells share, by their number. They are read from their part only as far as a cell asks: a list is looked at without
 * waiting for all of them.
 */
export class SharedStrings {
  #reading: AsyncGenerator<void, void> | null

  /** @param read reads the part, handing its elements on; null where the workbook has none */
  constructor(
    read: ((reader: ElementReader) => AsyncGenerator<void, void>) | null,
    private readonly store: TextStore,
  ) {
    this.#reading = read ? read(new StringItems(store)) : null
  }

  /** The text of this number; null where there is none. */
  at(index: number): string | null | Promise<string | null> {
    return index < this.store.count ? this.store.at(index) : this.#readTo(index)
  }

  async close(): Promise<void> {
    try {
      await this.#reading?.return()
    } finally {
      await this.store.close()
    }
  }

  async #readTo(index: number): Promise<string | null> {
    while (this.#reading && index >= this.store.count) {
      if ((await this.#reading.next()).done) this.#reading = null
      await this.store.settle()
    }
    return index < this.store.count ? this.store.at(index) : null
  }
}

/** Takes the items of the table of strings: `sst` > `si`. */
class StringItems implements ElementReader {
  readonly #runs = new TextRuns()

  constructor(private readonly store: TextStore) {}

  open(name: string, attributes: Attributes, depth: number): void {
    if (depth > 1) this.#runs.open(name, attributes)
  }

  text(text: string): void {
    this.#runs.add(text)
  }

  close(name: string, depth: number): void {
    if (depth > 1) this.#runs.close(name)
    else if (depth === 1 && name === 'si') this.store.add(this.#runs.take())
  }
}
