import type { webcrypto } from 'node:crypto'
import type { MasterKeys } from './master-key.ts'

/**
 * Settings sealed to the daemon: any door seals with the public key, the daemon alone opens.
 * HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
 */
const PREFIX = 'sealed:v1'
const SEALED = /^sealed:v1:([1-9][0-9]{0,5}):([A-Za-z0-9_-]+)$/
const PUBLIC_KEY = /^postern-seal-key-([1-9][0-9]{0,5}) ([A-Za-z0-9+/]{43}=)\n?$/
const INFO = new TextEncoder().encode('postern setting v1')
const SEED_BYTES = 32
const ENCAPSULATED_BYTES = 32
/** What is sealed is a whole number of these, so that its length says next to nothing about the secret's. */
const PADDING_BYTES = 256
const LENGTH_BYTES = 4

export type OpenedSetting =
  | { readonly ok: true; readonly value: string }
  | {
      readonly ok: false
      /** A whole sentence that names the setting. */
      readonly why: string
    }

/** Loaded when first used: the import takes 26 ms (measured), and most commands seal nothing. */
async function loadSuite() {
  const { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = await import('@hpke/core')
  return new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
}

const toArrayBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

/** The key pair of master key `number`: DeriveKeyPair (RFC 9180, section 7.1.3) of its seed. */
async function keyPair(keys: MasterKeys, number: number): Promise<webcrypto.CryptoKeyPair> {
  const suite = await loadSuite()
  return suite.kem.deriveKeyPair(toArrayBuffer(keys.derive('seal', number, '', '', SEED_BYTES)))
}

/** The line of `keys/seal.pub`: the current key's number and its raw X25519 public key in base64. */
export async function sealPublicKey(keys: MasterKeys): Promise<string> {
  const suite = await loadSuite()
  const { publicKey } = await keyPair(keys, keys.current)
  const raw = await suite.kem.serializePublicKey(publicKey)
  return `postern-seal-key-${keys.current} ${Buffer.from(raw).toString('base64')}\n`
}

/** The text as UTF-8 after its length as a 32-bit number, filled with zeros to a multiple of 256 bytes. */
function pad(plaintext: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(plaintext)
  const padded = new Uint8Array(Math.ceil((LENGTH_BYTES + text.length) / PADDING_BYTES) * PADDING_BYTES)
  new DataView(padded.buffer).setUint32(0, text.length)
  padded.set(text, LENGTH_BYTES)
  return padded
}

/** What `pad` was given. Throws on bytes that `pad` cannot have made. */
function unpad(padded: ArrayBuffer): string {
  const length = new DataView(padded).getUint32(0)
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(padded, LENGTH_BYTES, length))
}

/**
 * Seals a setting's value to the daemon: `sealed:v1:<key number>:<base64url>`, different each time.
 * @param sealPublicKeyText the content of `keys/seal.pub`
 * @param settingName bound as associated data: the result opens under no other name
 * @param plaintext well-formed Unicode
 * @throws Error when the public key or the plaintext is damaged.
 */
export async function sealSetting(sealPublicKeyText: string, settingName: string, plaintext: string): Promise<string> {
  const [, number, base64] = PUBLIC_KEY.exec(sealPublicKeyText) ?? []
  if (number === undefined || base64 === undefined) {
    throw new Error('keys/seal.pub is damaged: restart the daemon, which writes it again.')
  }
  if (!plaintext.isWellFormed()) throw new Error(`${settingName} is not well-formed Unicode and cannot be sealed.`)
  const suite = await loadSuite()
  const recipientPublicKey = await suite.kem.deserializePublicKey(toArrayBuffer(Buffer.from(base64, 'base64')))
  const associatedData = new TextEncoder().encode(settingName)
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: INFO }, pad(plaintext), associatedData)
  const sealed = Buffer.concat([new Uint8Array(enc), new Uint8Array(ct)]).toString('base64url')
  return `${PREFIX}:${number}:${sealed}`
}

/**
 * Opens what `sealSetting` made for a setting of that name.
 * A value that cannot be opened is an operator's to mend, hence a sentence and no exception.
 */
export async function openSetting(keys: MasterKeys, settingName: string, sealed: string): Promise<OpenedSetting> {
  const refused = (why: string): OpenedSetting => ({ ok: false, why: `${settingName} cannot be opened: ${why}.` })
  const [, number, base64url] = SEALED.exec(sealed) ?? []
  if (number === undefined || base64url === undefined) return refused('it is not in the sealed form; set it again')
  if (!keys.has(Number(number))) {
    return refused(
      `it was sealed to master key ${number}, which is missing; restore keys/master-${number}.key, or set it again`,
    )
  }
  const bytes = Buffer.from(base64url, 'base64url')
  const damaged = refused('it was damaged, or sealed to another store or for another setting; set it again')
  // Base64 has more than one spelling for the last bits: only the one that we write counts.
  if (bytes.toString('base64url') !== base64url) return damaged
  const suite = await loadSuite()
  const { privateKey } = await keyPair(keys, Number(number))
  try {
    const plaintext = await suite.open(
      {
        recipientKey: privateKey,
        enc: toArrayBuffer(bytes.subarray(0, ENCAPSULATED_BYTES)),
        info: INFO,
      },
      toArrayBuffer(bytes.subarray(ENCAPSULATED_BYTES)),
      new TextEncoder().encode(settingName),
    )
    return { ok: true, value: unpad(plaintext) }
  } catch {
    return damaged
  }
}
