// bench: Markdown tables that are printed as they are measured; rows that the filter leaves out are not measured.

export class Table {
  readonly #heads: readonly string[]
  readonly #wanted: (name: string) => boolean
  #empty = true

  constructor(heads: readonly string[], wanted: (name: string) => boolean) {
    this.#heads = heads
    this.#wanted = wanted
  }

  async row(name: string, measure: () => readonly string[] | Promise<readonly string[]>): Promise<void> {
    if (!this.#wanted(name)) return
    const cells = await measure()
    if (this.#empty) console.log(`\n| ${this.#heads.join(' | ')} |\n|${this.#heads.map(() => '---').join('|')}|`)
    this.#empty = false
    console.log(`| ${[name, ...cells].join(' | ')} |`)
  }
}
