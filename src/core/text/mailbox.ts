import type { Mailbox } from '../domain/letter.ts'
import { readableAddress } from '../host/readable-address.ts'

/** `Ann Arbor <ann@bücher.example>`, or the address alone, as a person reads it. */
export function mailboxWords({ name, address }: Mailbox): string {
  const shown = readableAddress(address)
  return name === '' ? shown : `${name} <${shown}>`
}
