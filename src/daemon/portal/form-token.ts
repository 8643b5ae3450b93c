import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const BYTES = 32
const NONCE = /^[A-Za-z0-9_-]{43}$/

/**
 * The tokens of forms: one belongs to a browser, by a random cookie that is exchanged whenever somebody signs in or out, so
 * that a form of before is of no use after it. Not by the session's own cookie: a browser that comes from a letter leaves
 * that one out of the page, and sends it with the form. The key lives as long as the process: a form that was open during
 * a restart has to be opened again.
 */
export class FormTokens {
  readonly #key = randomBytes(BYTES)

  /** A new browser's nonce, for its cookie. */
  newNonce(): string {
    return randomBytes(BYTES).toString('base64url')
  }

  /** Whether a cookie can be a nonce of ours. */
  isNonce(text: string | null): text is string {
    return text !== null && NONCE.test(text)
  }

  /** The token for a browser's forms. */
  tokenFor(nonce: string): string {
    return createHmac('sha256', this.#key).update(nonce).digest('base64url')
  }

  /** Whether `token` is the one of that browser. */
  fits(token: string, nonce: string | null): boolean {
    if (!this.isNonce(nonce)) return false
    const right = Buffer.from(this.tokenFor(nonce))
    const given = Buffer.from(token)
    return given.length === right.length && timingSafeEqual(given, right)
  }
}
