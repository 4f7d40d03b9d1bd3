import type { Readable } from 'node:stream'

/** A file that came with a request, to be read as often as need be until the request is answered. */
export interface SentFile {
  /** As its sender calls it; empty where they do not say. */
  filename: string
  createReadStream(): Readable
}

/** Stands in the variables of an operation for a file that may still be coming. */
export class FileOnItsWay {
  /** Is kept when all of it is there. */
  readonly come: Promise<SentFile>
  arrive!: (file: SentFile) => void
  fail!: (fault: unknown) => void

  constructor() {
    this.come = new Promise((resolve, reject) => {
      this.arrive = resolve
      this.fail = reject
    })
    // Reaches the resolver that waits for it; an operation that takes no file has none.
    this.come.catch(() => undefined)
  }
}
