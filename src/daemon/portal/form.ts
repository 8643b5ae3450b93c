/** What a form held, by the fields' names. */
export type Form = ReadonlyMap<string, string>

/** No form of ours is larger: three passwords of 256 code points take 9 KB at most. */
export const LARGEST_FORM = 16 * 1024

/**
 * Takes an `application/x-www-form-urlencoded` body apart (WHATWG URL, 5.1), more strictly than browsers need: what is
 * no UTF-8 is refused, since two different passwords would become the same one of replacement characters; so is a field
 * that stands twice, of which two programs would see different ones.
 * @returns null for what no form of ours sends
 */
export function parseForm(body: string): Form | null {
  const form = new Map<string, string>()
  for (const pair of body.split('&')) {
    if (pair === '') continue
    const middle = pair.indexOf('=')
    const name = decode(middle === -1 ? pair : pair.slice(0, middle))
    const value = decode(middle === -1 ? '' : pair.slice(middle + 1))
    if (name === null || value === null || form.has(name)) return null
    form.set(name, value)
  }
  return form
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

/** Whether a Content-Type is that of a form without files. */
export const isFormType = (type: string | undefined): boolean =>
  /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type ?? '')
