import type { HttpBindings } from '@hono/node-server'
import type { Context as HonoContext } from 'hono'
import { visitor } from '../../core/domain/actor.ts'
import { type Settings, settingsInForce } from '../../core/domain/setting.ts'
import type { MasterKeys } from '../../core/secrets/master-key.ts'
import type { Context } from '../../core/usecases/context.ts'
import type { Log } from '../log.ts'
import { clientAddress } from './client-address.ts'
import { giveCookie, readCookie } from './cookies.ts'
import type { FormTokens } from './form-token.ts'
import { isLocale, negotiate, wordsIn } from './language.ts'
import type { Limits } from './limits.ts'
import type { Frame } from './pages/page.ts'
import type { Words } from './words.ts'

/** What every page works with. */
export interface PortalDoor {
  /** The daemon's own; a visitor's has the visitor for its actor. */
  readonly context: Context
  readonly keys: MasterKeys
  readonly log: Log
  readonly limits: Limits
  readonly tokens: FormTokens
  /** Who asks for a link is answered at a whole multiple of so many ms after asking. */
  readonly answerStep: number
}

/** One request: who asks, from where, in which language, under which settings. */
export interface Visit {
  readonly context: Context
  readonly settings: Settings
  readonly words: Words
  /** Of whoever asks, as far as that can be told. */
  readonly address: string
  readonly distrusted: boolean
}

/** What Hono carries with a request. */
export interface Env {
  Bindings: HttpBindings
  Variables: {
    visit: Visit
    /** The portal's own origin, by which the request found it. */
    origin: string
    /** What the log is to say of the request besides. */
    event: Readonly<Record<string, string>>
  }
}
export type Request = HonoContext<Env>

/** Looks at a request under the settings of this moment. */
export async function visitOf(c: Request, { context }: PortalDoor): Promise<Visit> {
  const { incoming } = c.env
  const settings = settingsInForce(await context.store.settings())
  const remote = incoming.socket.remoteAddress ?? ''
  const forwarded = incoming.headers['x-forwarded-for']
  const { address, distrusted } = clientAddress(remote, forwarded?.toString(), settings.SERVICE_PORTAL_TRUSTED_PROXY)
  const chosen = readCookie(c, 'language') ?? undefined
  const locale = isLocale(chosen) ? chosen : negotiate(incoming.headers['accept-language'])
  return {
    context: { ...context, actor: visitor(context.actor, address) },
    settings,
    words: wordsIn(locale),
    address,
    distrusted,
  }
}

/** The portal's pages that have an address. */
export const PATHS = ['/login', '/forgot-password', '/reset-password', '/change-password', '/account'] as const
export type Path = (typeof PATHS)[number]

/** What goes around a page at `path`. */
export function frameOf(c: Request, path: Path | '/'): Frame {
  const { words, settings } = c.var.visit
  return { words, portal: settings.SERVICE_PORTAL_NAME, path }
}

/** The token for this browser's forms; a browser that is new gets its cookie. */
export function formToken(c: Request, tokens: FormTokens): string {
  const known = readCookie(c, 'form')
  return tokens.tokenFor(tokens.isNonce(known) ? known : renewForms(c, tokens))
}

/** Makes every form that this browser has open useless, as a sign-in and a sign-out do. */
export function renewForms(c: Request, tokens: FormTokens): string {
  const nonce = tokens.newNonce()
  giveCookie(c, 'form', nonce)
  return nonce
}
