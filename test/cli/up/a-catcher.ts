import { onTestFinished } from 'vitest'
import { Catcher } from '../../../src/cli/up/catcher.ts'
import { type Certificate, makeCertificate } from '../../../src/core/host/certificate.ts'

export const USERNAME = 'postern@sandbox.example'
export const PASSWORD = 'the right one'

/** The authority that the catchers' certificates are from: made once a test file. */
export const authority: Promise<Certificate> = makeCertificate({
  commonName: 'test authority',
  hosts: [],
  days: 1,
  now: Date.now(),
  authority: true,
})

/** A catcher of this test's own, closed when the test is over. */
export async function aCatcher(): Promise<Catcher> {
  const certificate = await makeCertificate({
    commonName: 'test catcher',
    hosts: ['127.0.0.1'],
    days: 1,
    now: Date.now(),
    issuer: await authority,
  })
  const catcher = await Catcher.start({ certificate, username: USERNAME, password: PASSWORD, now: () => 1_000 })
  onTestFinished(() => catcher.close())
  return catcher
}
