import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { CATCHER_HOST, Catcher } from '../../../src/cli/up/catcher.ts'
import { makeCertificate } from '../../../src/core/host/certificate.ts'
import { type House, makeHouse, type RunningDaemon, startPosternd } from '../../support/posternd.ts'
import { type Script, type SmtpScript, startSmtpScript } from '../../support/smtp-script.ts'
import { temporaryDirectory } from '../../support/store.ts'

const SIGN_IN = 'https://accounts.example.org/login'

/** A data directory as an operator has it; it is gone when the test is over. */
export async function aStore(): Promise<House> {
  const house = await makeHouse()
  onTestFinished(() => house.remove())
  return house
}

/** A `posternd` on it that is at work; it is killed when the test is over. */
export async function aDaemon({ data }: House): Promise<RunningDaemon> {
  const daemon = startPosternd(data)
  onTestFinished(async () => {
    daemon.kill('SIGKILL')
    await daemon.ended
  })
  await daemon.logged(({ msg }) => msg === 'posternd is ready')
  return daemon
}

/** A mail server that wants STARTTLS and a sign-in, and the settings that go with it, the password among them. */
export async function aMailServer() {
  const directory = temporaryDirectory()
  onTestFinished(() => directory[Symbol.dispose]())
  const certificate = await makeCertificate({
    commonName: CATCHER_HOST,
    hosts: [CATCHER_HOST],
    days: 1,
    now: Date.now(),
  })
  const caFile = join(directory.path, 'ca.pem')
  writeFileSync(caFile, certificate.certificate)
  const account = { username: 'postern@example.org', password: 'correct horse: #1' }
  const catcher = await Catcher.start({ certificate, ...account, now: Date.now })
  onTestFinished(() => catcher.close())
  const settings = {
    SERVICE_MAIL_ENABLE: true,
    SERVICE_MAIL_HOST: CATCHER_HOST,
    SERVICE_MAIL_PORT: catcher.port,
    SERVICE_MAIL_CA_FILE: caFile,
    SERVICE_MAIL_USERNAME: account.username,
    SERVICE_MAIL_PASSWORD: account.password,
    SERVICE_SIGN_IN_URL: SIGN_IN,
  } as const
  return { catcher, settings, password: account.password }
}

/** A mail server that says what it is told to say. */
export async function aScriptedServer(script: Script | ((connection: number) => Script)): Promise<SmtpScript> {
  const server = await startSmtpScript(script)
  onTestFinished(() => server.close())
  return server
}
