const MASK = '***'
/** A server may cut off what it repeats: so much of a longer secret is masked wherever it stands. */
const STRETCH = 16

/** What must be in nothing that is kept or shown, and takes it out of what others say. */
export class Secrecy {
  readonly #short: string[] = []
  /** Every stretch of the secrets that are longer than one. */
  readonly #stretches = new Set<string>()

  constructor(secrets: readonly string[] = []) {
    for (const secret of secrets) this.add(secret)
  }

  /** Takes in one more secret; an empty one is none. */
  add(secret: string): void {
    if (secret.length < STRETCH) {
      if (secret !== '') this.#short.push(secret)
      return
    }
    for (let at = 0; at + STRETCH <= secret.length; at++) this.#stretches.add(secret.slice(at, at + STRETCH))
  }

  /** The text with `***` in place of each secret, and of each part of one that is sixteen characters or longer. */
  mask(text: string): string {
    const long = this.#stretches.size === 0 ? text : this.#withoutStretches(text)
    return this.#short.reduce((masked, secret) => masked.replaceAll(secret, MASK), long)
  }

  #withoutStretches(text: string): string {
    let masked = ''
    let kept = 0
    for (let at = 0; at + STRETCH <= text.length; at++) {
      if (!this.#stretches.has(text.slice(at, at + STRETCH))) continue
      masked += text.slice(kept, at) + MASK
      while (this.#stretches.has(text.slice(at + 1, at + 1 + STRETCH))) at++
      at += STRETCH - 1
      kept = at + 1
    }
    return masked + text.slice(kept)
  }
}
