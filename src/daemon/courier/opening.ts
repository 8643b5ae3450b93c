import { isIP, type Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { isLoopback } from '../../core/domain/loopback.ts'
import { DAY, SECOND } from '../../core/domain/time.ts'
import { DEADLINES, type Deadlines } from './deadline.ts'
import { type Address, describeTls, dialTcp, dialTls, Resolver, tlsOptions } from './dial.ts'
import { type Failure, failure, socketFailure } from './failure.ts'
import { LONGEST_REPLY } from './replies.ts'
import type { CourierSettings } from './report.ts'
import { trust } from './trust.ts'
import type { Settle, Turns } from './turns.ts'

/** What the lanes of a courier have in common. */
export interface Surroundings {
  readonly settings: CourierSettings
  readonly deadlines: Deadlines
  readonly resolver: Resolver
  /** Whom to trust; throws when the authorities that the settings name cannot be read. */
  readonly trust: () => SecureContext
}

/** What lanes to the server of `settings` have in common; whom to trust is read when it is first asked for. */
export function surroundings(settings: CourierSettings, deadlines: Partial<Deadlines> = {}): Surroundings {
  let context: SecureContext | null = null
  return {
    settings,
    deadlines: { ...DEADLINES, ...deadlines },
    resolver: new Resolver(settings.host),
    trust: () => {
      context ??= trust(settings.ca)
      return context
    },
  }
}

const CLOSE_DEADLINE = SECOND

/** Goes to this machine itself and has been told not to bother with TLS. */
const isPlain = ({ host, protocol, tls }: CourierSettings) => protocol === 'smtp' && !tls && isLoopback(host)

/** What stands against these settings before anything is said to anyone, or null. */
export function forbidden({ settings, trust }: Surroundings): Failure | null {
  const { host, protocol, tls, signIn } = settings
  // Whoever checked the settings before: a password in clear on the network is never right.
  if (protocol === 'smtp' && !tls && signIn !== null && !isLoopback(host)) {
    return failure('ESETTING', null, 'SERVICE_MAIL_TLS=false would send the password in clear to another machine.')
  }
  if (isPlain(settings)) return null
  try {
    trust()
    return null
  } catch (error) {
    return failure(
      'ESETTING',
      null,
      `SERVICE_MAIL_CA_FILE cannot be used: ${error instanceof Error ? error.message : error}`,
    )
  }
}

/**
 * Resolves the host, connects and, with smtps, secures the connection. `hold` is given each socket as soon as there is
 * one, the last is the one to speak on. Resolves to null or to what went wrong.
 */
export async function openSocket(
  { settings, resolver, trust }: Surroundings,
  turns: Turns,
  hold: (socket: Socket) => void,
): Promise<Failure | null> {
  const { host, port, protocol } = settings
  let addresses: readonly Address[] = []
  if (isIP(host) === 0) {
    turns.enter('dns')
    const unknown = await turns.perform((settle) =>
      resolver.resolve((error, found) => {
        addresses = found
        settle(error === null ? null : socketFailure(error, 'EDNS'))
      }),
    )
    if (unknown !== null) return unknown
    turns.show(addresses.map(({ address }) => address).join(', '))
  }
  turns.enter('tcp')
  const plain = dialTcp(host, port, addresses)
  hold(plain)
  const unreachable = await turns.perform((settle) => settleBy(plain, 'connect', settle))
  if (unreachable !== null) return unreachable
  turns.show(`${plain.remoteAddress} port ${port}`)
  if (protocol === 'smtp') return null

  turns.enter('tls')
  const secure = dialTls(plain, host, trust())
  hold(secure)
  const insecure = await turns.perform((settle) => settleBy(secure, 'secureConnect', settle))
  if (insecure === null) turns.show(describeTls(secure))
  return insecure
}

/** Settles by the event that is hoped for, or by an error. */
function settleBy(socket: Socket, event: 'connect' | 'secureConnect', settle: Settle): void {
  socket.once(event, () => settle(null))
  // Stays, for between two turns nobody else may be listening.
  socket.on('error', (error) => settle(socketFailure(error, 'ESOCKET')))
}

/**
 * The options of an SMTPConnection over `socket`, which is connected and, with smtps, secure. All waiting is done by
 * our own deadlines, which are for a stage as a whole: nodemailer's begin anew with every byte.
 */
export function smtpOptions({ settings, trust }: Surroundings, socket: Socket): SMTPConnection.Options {
  const { host, port, protocol, tls, clientName } = settings
  const plain = isPlain(settings)
  return {
    connection: socket,
    host,
    port,
    name: clientName,
    secure: protocol === 'smtps',
    secured: protocol === 'smtps',
    requireTLS: protocol === 'smtp' && tls,
    ignoreTLS: plain,
    ...(plain ? {} : { tls: tlsOptions(host, trust()) }),
    connectionTimeout: DAY,
    greetingTimeout: DAY,
    socketTimeout: DAY,
    socketCloseTimeout: CLOSE_DEADLINE,
    maxResponseSize: LONGEST_REPLY,
    // Never `debug`, which logs the letter.
    transactionLog: true,
  }
}
