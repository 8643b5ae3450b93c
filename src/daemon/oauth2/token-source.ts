import type { SecureContext } from 'node:tls'
import { MINUTE, SECOND } from '../../core/domain/time.ts'
import type { OpenedSetting } from '../../core/secrets/seal.ts'
import { humanDuration } from '../../core/text/human.ts'
import type { AccessTokens, Granted } from '../courier/access-token.ts'
import { type Failure, failure } from '../courier/failure.ts'
import { Secrecy } from '../courier/secrecy.ts'
import { readReply, type Tokens } from './answer.ts'
import { askEndpoint, hostOf } from './endpoint.ts'
import { type Client, formOf } from './grant.ts'

/** The refresh token that stands behind the access tokens. */
export interface RefreshToken {
  /** The one to use now, opened. */
  read(): Promise<OpenedSetting>
  /** Keeps the one that the provider gave in its place; says nothing when that fails. */
  renew(token: string): Promise<void>
}

export interface TokenSourceOptions {
  readonly url: URL
  readonly client: Client
  /** Null for client credentials, which need none. */
  readonly refreshToken: RefreshToken | null
  readonly trust: () => SecureContext
  /** Milliseconds that never run back. */
  readonly monotonic: () => number
  /** For one question to the endpoint, in ms. Default: 20 s, well within the stage of signing in. */
  readonly deadline?: number
}

const DEADLINE = 20 * SECOND
/** A token is replaced this long before it dies, or at a tenth of its life where that is shorter. */
const LEAD = 2 * MINUTE

interface Kept {
  readonly token: string
  /** By the monotonic clock. */
  readonly until: number
  readonly expiresAt: number
}
type Fetched = { readonly ok: true; readonly kept: Kept } | { readonly ok: false; readonly failure: Failure }

/**
 * Gets access tokens and keeps the last one, in memory alone, until shortly before it dies. However many sign-ins ask at
 * once, one question is under way.
 */
export class TokenSource implements AccessTokens {
  readonly #options: TokenSourceOptions
  readonly #host: string
  #kept: Kept | null = null
  #underWay: Promise<Fetched> | null = null

  constructor(options: TokenSourceOptions) {
    this.#options = options
    this.#host = hostOf(options.url)
  }

  async get(): Promise<Granted> {
    if (this.#kept !== null && this.#options.monotonic() < this.#kept.until) return this.#granted(this.#kept, false)
    const shared = this.#underWay !== null
    this.#underWay ??= this.#fetch()
      .catch(broken)
      .finally(() => {
        this.#underWay = null
      })
    const fetched = await this.#underWay
    return fetched.ok ? this.#granted(fetched.kept, true) : { ...fetched, shared }
  }

  spurn(token: string): void {
    if (this.#kept?.token === token) this.#kept = null
  }

  async #fetch(): Promise<Fetched> {
    const { refreshToken } = this.#options
    const set = (await refreshToken?.read()) ?? null
    const fetched = await this.#ask(set)
    if (fetched.ok || refreshToken === null || fetched.failure.code !== 'EOAUTH2') return fetched
    // A check, or another program on the same store, may have had it renewed while this question was under way: some
    // providers let the old one die at once.
    const now = await refreshToken.read()
    return now.ok && set?.ok === true && now.value !== set.value ? this.#ask(now) : fetched
  }

  async #ask(refresh: OpenedSetting | null): Promise<Fetched> {
    const { url, client, refreshToken, trust, deadline = DEADLINE, monotonic } = this.#options
    if (refresh !== null && !refresh.ok) return { ok: false, failure: failure('ESETTING', null, refresh.why) }
    const secrecy = new Secrecy([client.secret, refresh?.value ?? ''])
    const unreadable = authorityTrouble(trust)
    if (unreadable !== null) return { ok: false, failure: unreadable }
    const reply = await askEndpoint({ url, form: formOf(client, refresh?.value ?? null), trust, deadline })
    const answer = readReply(reply, this.#host, secrecy)
    if (!answer.ok) return answer
    const { tokens } = answer
    if (refreshToken !== null && tokens.refreshToken !== null && tokens.refreshToken !== refresh?.value) {
      await refreshToken.renew(tokens.refreshToken)
    }
    this.#kept = keep(tokens, monotonic())
    return { ok: true, kept: this.#kept }
  }

  #granted({ token, expiresAt }: Kept, fresh: boolean): Granted {
    const left = Math.max(0, expiresAt - this.#options.monotonic())
    return { ok: true, token, fresh, described: `token from ${this.#host}, expires in ${humanDuration(left)}` }
  }
}

/** What is behind the refresh token broke: the letter waits, and whoever settles it hears of it again. */
function broken(error: unknown): Fetched {
  const why = error instanceof Error ? error.message : String(error)
  return { ok: false, failure: failure('EABORTED', null, `The refresh token could not be read: ${why}`) }
}

/** What keeps the authorities that the settings name from being used. */
function authorityTrouble(trust: () => SecureContext): Failure | null {
  try {
    trust()
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return failure('ESETTING', null, `SERVICE_MAIL_CA_FILE cannot be used: ${why}`)
  }
}

function keep({ token, expiresIn }: Tokens, now: number): Kept {
  const life = Math.max(0, expiresIn * SECOND)
  return { token, expiresAt: now + life, until: now + life - Math.min(LEAD, life / 10) }
}
