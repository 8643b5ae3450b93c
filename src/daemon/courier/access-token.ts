import type { Failure } from './failure.ts'

/** What asking for an access token came to. */
export type Granted =
  | {
      readonly ok: true
      readonly token: string
      /** Where it is from and how long it lives: `token from oauth2.googleapis.com, expires in 59 min`. */
      readonly described: string
      /** Got for this sign-in, not kept from an earlier one. */
      readonly fresh: boolean
    }
  | {
      readonly ok: false
      readonly failure: Failure
      /** Another sign-in asked for it, and this one waited for the same answer. */
      readonly shared: boolean
    }

/** Where access tokens (RFC 6749) come from. */
export interface AccessTokens {
  /** One that is kept and still lives, else a new one. Never rejects. */
  get(): Promise<Granted>
  /** The mail server does not take this one: it is not given again. */
  spurn(token: string): void
}
