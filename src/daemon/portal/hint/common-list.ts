import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { commonPasswords } from '../../../core/secrets/common-passwords.ts'

/** The list of common passwords as a script, which the page's policy lets be loaded and nothing be sent to. */
export interface CommonList {
  readonly plain: string
  /** 200 KB in place of 390, measured. */
  readonly gzipped: Uint8Array<ArrayBuffer>
}

/** Makes it of the list by which the portal itself judges. */
export async function makeCommonList(): Promise<CommonList> {
  const passwords = [...(await commonPasswords()).keys()].join('\n')
  const plain = `export default ${JSON.stringify(passwords)}\n`
  return { plain, gzipped: await promisify(gzip)(plain) }
}
