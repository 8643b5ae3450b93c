import { hash, timingSafeEqual } from 'node:crypto'
import { crockford } from '../domain/ids.ts'
import type { MasterKeys } from './master-key.ts'

/** 120 bits: 24 symbols of five bits, above the 112 from which a secret may be compared without a slow hash. */
const BYTES = 15
const GROUP = 4
/** More than anybody types, less than costs anything. */
const LONGEST_TYPED = 256

/** What a round's secret is derived from. */
export interface SecretSource {
  /** The number of the master key. */
  readonly key: number
  readonly task: string
  /** The round's random nonce. */
  readonly nonce: string
}

/**
 * A round's temporary password, the same each time: 120 bits as six groups of four Crockford base-32 symbols
 * (`7XQ2-0M4A-…`).
 * @throws MasterKeyError when the key is not there any more.
 */
export function temporaryPassword(keys: MasterKeys, secret: SecretSource): string {
  const bytes = keys.derive('temporary password', secret.key, secret.task, secret.nonce, BYTES)
  const symbols = crockford(bytes).toUpperCase()
  let groups = symbols.slice(0, GROUP)
  for (let at = GROUP; at < symbols.length; at += GROUP) groups += `-${symbols.slice(at, at + GROUP)}`
  return groups
}

/**
 * What was typed, as `temporaryPassword` without its dashes would spell it: upper case, `O` read as 0, `I` and `L`
 * as 1, full-width letters as plain ones, spaces and dashes of any kind ignored.
 */
export function normalizeTemporaryPassword(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
}

/** Whether `typed` is the round's temporary password. Takes the same time wherever the two differ. */
export function matchesTemporaryPassword(keys: MasterKeys, secret: SecretSource, typed: string): boolean {
  if (typed.length > LONGEST_TYPED || !keys.has(secret.key)) return false
  const digest = (text: string) => hash('sha256', normalizeTemporaryPassword(text), 'buffer')
  return timingSafeEqual(digest(temporaryPassword(keys, secret)), digest(typed))
}
