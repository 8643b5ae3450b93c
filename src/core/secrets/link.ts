import { hash, timingSafeEqual } from 'node:crypto'
import type { TaskId } from '../domain/ids.ts'
import type { MasterKeys } from './master-key.ts'
import type { SecretSource } from './temporary-password.ts'

/** 256 bits: 43 symbols of base64url. */
const BYTES = 32
/** The secret, then the id of the task whose letter brings it: the end of a link is never a `-` or `_` that a mail program takes for punctuation. */
const TOKEN = /^([A-Za-z0-9_-]{43})\.([0-9a-hjkmnp-tv-z]{16})$/

/** What a link brings back, taken apart. Whether it works is for `matchesLink` and the store to say. */
export interface LinkToken {
  /** Finds the user without a search through secrets. */
  readonly task: TaskId
  /** 43 symbols of base64url. */
  readonly secret: string
}

/** The token of a link, or null for what cannot be one. Costs nothing: no secret is looked at. */
export function parseLinkToken(text: string): LinkToken | null {
  const [, secret, task] = TOKEN.exec(text) ?? []
  // A parser: the id's alphabet and length were checked.
  return secret === undefined || task === undefined ? null : { secret, task: task as TaskId }
}

function linkSecret(keys: MasterKeys, { key, task, nonce }: SecretSource): string {
  return Buffer.from(keys.derive('link', key, task, nonce, BYTES)).toString('base64url')
}

/**
 * A round's link token, the same each time: 256 bits in base64url, a dot, the task's id.
 * @throws MasterKeyError when the key is not there any more.
 */
export function linkToken(keys: MasterKeys, source: SecretSource): string {
  return `${linkSecret(keys, source)}.${source.task}`
}

/** Whether `secret` is the round's link secret. Takes the same time wherever the two differ. */
export function matchesLink(keys: MasterKeys, source: SecretSource, secret: string): boolean {
  if (!keys.has(source.key)) return false
  const digest = (text: string) => hash('sha256', text, 'buffer')
  return timingSafeEqual(digest(linkSecret(keys, source)), digest(secret))
}
