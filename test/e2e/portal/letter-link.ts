import PostalMime from 'postal-mime'
import type { SunkLetter } from '../../support/sink.ts'

/** The link behind the button of a letter, as a mail program shows it, and the letter's text. */
export async function openLetter(
  letter: SunkLetter | undefined,
): Promise<{ readonly button: string; readonly plain: string; readonly text: string }> {
  const { html = '', text = '' } = await PostalMime.parse(letter?.bytes ?? '')
  const [, button = ''] = /<a href="([^"]*\/reset-password\?t=[^"]+)"/.exec(html) ?? []
  const [plain = ''] = /http\S+\/reset-password\?t=\S+/.exec(text) ?? []
  return { button, plain, text }
}

/** The temporary password in a letter's text. */
export const temporaryPasswordIn = ({ text }: { readonly text: string }): string =>
  /[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){5}/.exec(text)?.[0] ?? ''
