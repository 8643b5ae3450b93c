import { parseAddress } from '../domain/address.ts'
import type { FrozenLetter, LetterKind, Mailbox } from '../domain/letter.ts'
import { LOCALES } from '../domain/locale.ts'
import { parsePortalUrl, signInUrl } from '../domain/portal-url.ts'
import { type Settings, senderOf } from '../domain/setting.ts'
import type { Task } from '../domain/task.ts'
import type { Instant } from '../domain/time.ts'
import type { User } from '../domain/user.ts'
import type { ChosenTemplate, Templates } from './overrides.ts'

/** What a letter is made of at its round's first attempt. */
export interface Ingredients {
  readonly task: Pick<Task, 'id' | 'kind' | 'to' | 'round'>
  /** Null for a test letter. */
  readonly user: User | null
  readonly settings: Settings
  readonly templates: Templates
  readonly now: Instant
  /** Random characters that become the MIME boundary. */
  readonly boundary: string
}

/**
 * Freezes a letter: address, name and locale are those of this moment, and rendering it again will give the same bytes.
 * Without a sender in the settings its `from` has no address, which whoever sends it must refuse.
 */
export function freezeLetter(ingredients: Ingredients): {
  readonly letter: FrozenLetter
  readonly chosen: ChosenTemplate
} {
  const { task, user, settings, templates, now, boundary } = ingredients
  const chosen = templates.find(task.kind, user?.locale ?? LOCALES[0])
  const from: Mailbox = { name: settings.SERVICE_MAIL_FROM_NAME, address: senderOf(settings) ?? '' }
  const letter: FrozenLetter = {
    template: chosen.template.hash,
    variables: {
      username: user?.username ?? '',
      name: user?.name ?? '',
      sign_in_url: signInUrl(settings),
      hours: settings.SERVICE_RESET_PASSWORD_HOURS,
      sender: settings.SERVICE_MAIL_FROM_NAME,
      ...(task.kind === 'reset-link' ? linkVariables(settings) : {}),
    },
    from,
    to: { name: user?.name ?? '', address: recipient(task, user) },
    replyTo: settings.SERVICE_MAIL_REPLY_TO || null,
    messageId: `${task.id}.${task.round.number}@${from.address.split('@').at(-1) || 'localhost'}`,
    date: now,
    boundary,
    fallback: chosen.fallback,
  }
  return { letter, chosen }
}

/** What a letter says of its link. Without a usable SERVICE_PORTAL_URL there is none, and whoever sends it must refuse. */
function linkVariables(settings: Settings) {
  const portal = parsePortalUrl(settings.SERVICE_PORTAL_URL)
  return {
    minutes: settings.SERVICE_RESET_LINK_MINUTES,
    reset_url: portal.ok ? `${portal.origin}/reset-password?t=` : '',
  }
}

function recipient(task: { readonly kind: LetterKind; readonly to: string }, user: User | null): string {
  const address = parseAddress(user?.email ?? task.to)
  return address.ok ? address.wire : task.to
}
