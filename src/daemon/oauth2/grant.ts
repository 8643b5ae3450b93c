import type { Grant } from '../../core/domain/oauth2.ts'

/** Who asks for a token, and by which grant. */
export interface Client {
  readonly provider: 'google' | 'microsoft'
  readonly grant: Grant
  readonly id: string
  /** Empty for a public client. */
  readonly secret: string
}

/**
 * https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
 */
const SEND_AS_PERSON = 'https://outlook.office.com/SMTP.Send offline_access'
const SEND_AS_CLIENT = 'https://outlook.office365.com/.default'

/** The form that asks for an access token (RFC 6749, sections 4.4.2 and 6). */
export function formOf(client: Client, refreshToken: string | null): Readonly<Record<string, string>> {
  const who = { client_id: client.id, ...(client.secret === '' ? {} : { client_secret: client.secret }) }
  if (refreshToken === null) return { ...who, grant_type: client.grant, scope: SEND_AS_CLIENT }
  const form = { ...who, grant_type: client.grant, refresh_token: refreshToken }
  // Google's token has the scope that was consented to, https://mail.google.com/; asking again would only narrow it.
  return client.provider === 'google' ? form : { ...form, scope: SEND_AS_PERSON }
}
