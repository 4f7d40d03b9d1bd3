/** What was used last, up to so much: what was not used for longest is forgotten. */
export class Latest<K, V extends NonNullable<unknown> | null> {
  /** A map keeps the order in which its keys came. */
  readonly #kept = new Map<K, V>()
  #size = 0

  /** @param sizeOf how much of `most` a value takes; one each when absent */
  constructor(
    private readonly most: number,
    private readonly sizeOf: (value: V, key: K) => number = () => 1,
  ) {}

  get(key: K): V | undefined {
    const value = this.#kept.get(key)
    if (value !== undefined) this.set(key, value)
    return value
  }

  set(key: K, value: V): void {
    this.forget(key)
    this.#kept.set(key, value)
    this.#size += this.sizeOf(value, key)
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.most) return
      this.forget(oldest)
    }
  }

  /** What is not kept is forgotten already. */
  forget(key: K): void {
    const value = this.#kept.get(key)
    if (value === undefined) return
    this.#kept.delete(key)
    this.#size -= this.sizeOf(value, key)
  }
}
