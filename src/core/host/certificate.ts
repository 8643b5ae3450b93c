import { webcrypto } from 'node:crypto'
import { DAY, type Instant, MINUTE } from '../domain/time.ts'

/** A certificate with its private key, both PEM. */
export interface Certificate {
  /** The certificate, followed by its issuer's where it has one: what a server presents. */
  readonly certificate: string
  /** PKCS #8. */
  readonly key: string
}

export interface CertificateRequest {
  readonly commonName: string
  /** Host names and IP addresses it is for; empty for an authority. */
  readonly hosts: readonly string[]
  /** How long it is valid from `now`, in days. */
  readonly days: number
  readonly now: Instant
  /** May issue other certificates. Default: false. */
  readonly authority?: boolean
  /** Who signs it. Default: itself (self-signed). */
  readonly issuer?: Certificate
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
/** So that a peer whose clock is a little behind accepts a new certificate. */
const BACKDATED = 5 * MINUTE

/**
 * Makes an X.509 certificate (RFC 5280) with a new ECDSA P-256 key; node:crypto reads certificates but issues none.
 * Rejects when the issuer's PEM cannot be read.
 */
export async function makeCertificate(request: CertificateRequest): Promise<Certificate> {
  const x509 = await loadX509()
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const issuer = request.issuer === undefined ? null : new x509.X509Certificate(request.issuer.certificate)
  const signingKey = request.issuer === undefined ? keys.privateKey : await importKey(request.issuer.key)
  const authority = request.authority ?? false
  const names = request.hosts.map((value) => ({ type: isAddress(value) ? ('ip' as const) : ('dns' as const), value }))
  const usages = authority ? x509.KeyUsageFlags.keyCertSign : x509.KeyUsageFlags.digitalSignature
  const subject = `CN=${request.commonName}`

  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject,
    issuer: issuer?.subject ?? subject,
    notBefore: new Date(request.now - BACKDATED),
    notAfter: new Date(request.now + request.days * DAY),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(authority, undefined, true),
      new x509.KeyUsagesExtension(usages, true),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
    ],
  })
  const own = `${certificate.toString('pem')}\n`
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  return { certificate: own + (request.issuer?.certificate ?? ''), key: pem('PRIVATE KEY', pkcs8) }
}

/** A positive number of 127 random bits (RFC 5280, section 4.1.2.2), in hex. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16))
  return Buffer.from(bytes.map((byte, index) => (index === 0 ? (byte & 0x7f) | 0x40 : byte))).toString('hex')
}

function importKey(key: string) {
  const der = Buffer.from(key.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign'])
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

const isAddress = (host: string) => /^[0-9]+(\.[0-9]+){3}$/.test(host) || host.includes(':')

/**
 * @peculiar/x509, loaded when a certificate is first asked for. Its container, tsyringe, refuses to load without
 * the metadata functions of Reflect, but reads with them only what decorators wrote, and x509 uses none.
 */
async function loadX509() {
  if (!('getMetadata' in Reflect)) {
    const nothing = { value: () => undefined, configurable: true }
    Object.defineProperties(Reflect, { getMetadata: nothing, getOwnMetadata: nothing, defineMetadata: nothing })
  }
  return await import('@peculiar/x509')
}
