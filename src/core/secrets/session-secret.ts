import { hash, randomBytes } from 'node:crypto'

/** 256 bits (OWASP ASVS 7.2.3 asks for 128). */
const BYTES = 32
const SECRET = /^[A-Za-z0-9_-]{43}$/

/** A new session's secret, 43 symbols of base64url: for the person's cookie alone, never for the store. */
export function newSessionSecret(): string {
  return randomBytes(BYTES).toString('base64url')
}

/** What the store knows a session by: SHA-256 of its secret in base64url; null for what cannot be a secret. */
export function sessionHash(secret: string): string | null {
  return SECRET.test(secret) ? hash('sha256', secret, 'base64url') : null
}
