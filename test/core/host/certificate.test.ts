import { createPrivateKey, X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { DAY } from '../../../src/core/domain/time.ts'
import { makeCertificate } from '../../../src/core/host/certificate.ts'

const NOW = Date.UTC(2026, 10, 21)

it('a self-signed certificate is for its hosts, for its time and for its key', async () => {
  const hosts = ['localhost', '127.0.0.1', '::1']
  const { certificate, key } = await makeCertificate({ commonName: 'localhost', hosts, days: 3, now: NOW })
  const parsed = new X509Certificate(certificate)
  expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(parsed.verify(parsed.publicKey)).toBe(true)
  expect(parsed.checkHost('localhost')).toBe('localhost')
  expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(parsed.checkIP('::1')).toBe('::1')
  expect(parsed.checkHost('example.com')).toBeUndefined()
  expect(parsed.ca).toBe(false)
  expect(Date.parse(parsed.validFrom)).toBeLessThanOrEqual(NOW)
  expect(Date.parse(parsed.validTo)).toBe(NOW + 3 * DAY)
})

it('an authority issues certificates, which come with its own', async () => {
  const authority = await makeCertificate({ commonName: 'CA', hosts: [], days: 3, now: NOW, authority: true })
  const issued = await makeCertificate({
    commonName: 'mail',
    hosts: ['mail.test'],
    days: 1,
    now: NOW,
    issuer: authority,
  })
  const issuer = new X509Certificate(authority.certificate)
  expect(issuer.ca).toBe(true)
  expect(new X509Certificate(issued.certificate).checkIssued(issuer)).toBe(true)
  expect(new X509Certificate(issued.certificate).verify(issuer.publicKey)).toBe(true)
  expect(issued.certificate.endsWith(authority.certificate)).toBe(true)
  expect(issued.key).not.toBe(authority.key)
})
