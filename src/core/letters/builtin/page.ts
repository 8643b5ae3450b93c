/** The three Liquid sources of one letter. */
export interface LetterSource {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The temporary password by itself: monospaced, and one click or tap selects all of it. */
export const SECRET_BLOCK =
  '<p style="margin:24px 0;padding:16px;border:1px solid #808080;border-radius:6px;text-align:center;' +
  'font-family:Consolas,Menlo,monospace;font-size:18px;-webkit-user-select:all;user-select:all">{{ secret }}</p>'

/** Where to sign in, as a link whose address is readable in a client that shows no links. */
export const SIGN_IN_LINK = '<a href="{{ sign_in_url }}" style="color:inherit">{{ sign_in_url }}</a>'

/**
 * A whole HTML letter around `body`, in language `lang`. No colour is set but a middle grey, so that a client's dark
 * and light themes both stay readable; nothing is fetched from anywhere.
 */
export function page(lang: string, title: string, body: string): string {
  return `<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<title>${title}</title>
</head>
<body style="margin:0;padding:24px;font-family:system-ui,sans-serif;font-size:16px;line-height:1.6">
<div style="max-width:560px;margin:0 auto">
${body}
{% if sender != "" %}<p>{{ sender }}</p>
{% endif %}</div>
</body>
</html>
`
}
