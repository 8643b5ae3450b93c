/** The three Liquid sources of one letter. */
export interface LetterSource {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The temporary password by itself: monospaced, and one click or tap selects all of it. */
export const SECRET_BLOCK =
  '<p style="margin:24px 0; padding:16px; border:1px solid #808080; border-radius:6px; text-align:center; ' +
  'font-family:Consolas,Menlo,monospace; font-size:18px; -webkit-user-select:all; user-select:all">{{ secret }}</p>'

/**
 * The link as a button, and below it the same link to be read and copied. The button is a table cell, since Outlook
 * gives a link no padding; its colours are both its own, so that they hold in dark and in light.
 */
export function linkBlock(label: string, below: string): string {
  return (
    '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:24px 0"><tr>' +
    '<td style="background-color:#1a5fb4;border-radius:6px">' +
    '<a href="{{ reset_url }}{{ secret }}" style="display:inline-block;padding:12px 28px;color:#ffffff;' +
    `font-weight:600;text-decoration:none">${label}</a></td></tr></table>\n` +
    `<p>${below}<br>\n<a href="{{ reset_url }}{{ secret }}" ` +
    'style="color:inherit;word-break:break-all">{{ reset_url }}{{ secret }}</a></p>'
  )
}

/** How many whole hours a link lives, where it is so many; for a template's conditions. */
export const LINK_HOURS =
  '{% assign whole_hours = minutes | divided_by: 60 %}{% assign odd_minutes = minutes | modulo: 60 %}'

/** Where to sign in, as a link whose address is readable in a client that shows no links. */
export const SIGN_IN_LINK = '<a href="{{ sign_in_url }}" style="color:inherit">{{ sign_in_url }}</a>'

/**
 * A whole HTML letter around `body`, in language `lang`. No colour is set but a middle grey, so that a client's dark
 * and light themes both stay readable; nothing is fetched from anywhere.
 */
export function page(lang: string, title: string, body: string): string {
  return inShortLines(`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<title>${title}</title>
</head>
<body style="margin:0; padding:24px; font-family:system-ui,sans-serif; font-size:16px; line-height:1.6">
<div style="max-width:560px;margin:0 auto">
${body}
{% if sender != "" %}<p>{{ sender }}</p>
{% endif %}</div>
</body>
</html>
`)
}

/** How long a line of HTML may be, so that a letter in ASCII goes as it is (RFC 5322, section 2.1.1), values included. */
const LINE = 72

/** Breaks lines at white space, which HTML and style sheets do not mind, and never within a tag of Liquid. */
function inShortLines(html: string): string {
  return html.replace(/[^\n]+/g, (line) => {
    const words = line.match(/(?:\{\{.*?\}\}|\{%.*?%\}|[^ ])+/g) ?? []
    let column = 0
    return words
      .map((word, index) => {
        const width = word.replace(/\{%.*?%\}/g, '').length
        const separator = index === 0 ? '' : column + 1 + width > LINE ? '\n' : ' '
        column = separator === ' ' ? column + 1 + width : width
        return separator + word
      })
      .join('')
  })
}
