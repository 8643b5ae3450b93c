import { onTestFinished } from 'vitest'
import { messageOf } from '../../../src/core/letters/message.ts'
import { Courier, type CourierOptions } from '../../../src/daemon/courier/courier.ts'
import type { CourierSettings, Parcel, Report } from '../../../src/daemon/courier/report.ts'
import { type Script, type SmtpScript, startSmtpScript } from '../../support/smtp-script.ts'

export const PASSWORD = 'correct horse: bättery staple'
export const MESSAGE = Buffer.from(
  'From: postern@example.org\r\nSubject: The way back in\r\n\r\n.a dot first\r\nand the rest\r\n',
)

/** A scripted server that ends with the test. */
export async function aServer(script?: Script | ((connection: number) => Script)): Promise<SmtpScript> {
  const server = await startSmtpScript(script)
  onTestFinished(() => server.close())
  return server
}

/** A courier to `server`, in clear over loopback and signing in unless it is told otherwise; it ends with the test. */
export function aCourier(
  server: { readonly port: number },
  settings: Partial<CourierSettings> = {},
  options: Partial<CourierOptions> = {},
): Courier {
  const courier = new Courier(
    {
      host: '127.0.0.1',
      port: server.port,
      protocol: 'smtp',
      tls: false,
      signIn: { kind: 'password', username: 'postern', password: PASSWORD },
      ca: null,
      clientName: 'postern.example',
      ...settings,
    },
    { connections: 1, ...options },
  )
  onTestFinished(() => courier.abort())
  return courier
}

export const aParcel = (to = 'user@example.com', message = MESSAGE): Parcel => ({
  from: 'postern@example.org',
  to,
  message: messageOf(message.toString('latin1')),
})

/** What matters of a report on one line: outcome, stage, code. */
export function summary({ outcome, happening }: Report): string {
  if (happening === null) return outcome
  const { stage, code, originalCode, replyCode } = happening
  return [outcome, stage, code, originalCode ?? replyCode].filter((word) => word !== null).join(' ')
}
