import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { type Certificate, makeCertificate } from '../../src/core/host/certificate.ts'

/** The one account of the real servers. */
export const ACCOUNT = { username: 'postern', password: 'correct horse: #1' } as const
/** Before the "@" of an address that the real servers refuse. */
export const NOBODY = 'nobody'
/** What the certificates of the real servers are for. */
export const HOST = 'localhost'

/** A mail server that is not ours, on loopback ports, with TLS by a private authority and one account. */
export interface MailServer {
  /** TLS from the first byte; wants the sign-in. */
  readonly smtps: number
  /** STARTTLS; offers AUTH only over TLS, and wants it. */
  readonly submission: number
  /** In clear; offers no STARTTLS, and AUTH all the same. */
  readonly plain: number
  /** In clear; offers neither STARTTLS nor AUTH, and takes letters from anyone. */
  readonly open: number
  /** The certificate of the authority, PEM: its text and its file. */
  readonly ca: string
  readonly caFile: string
  /** The letters as they lie in the mailbox, with what the server put on top, their lines ending in LF. */
  letters(): readonly string[]
  /** Resolves to the letter whose text has `part`, as soon as it lies there. */
  letter(part: string): Promise<string>
  log(): string
  stop(): Promise<void>
}

/** Where a server lives: all it reads and writes is below one directory. */
export interface Premises {
  readonly directory: string
  readonly mailbox: string
  readonly ports: readonly [smtps: number, submission: number, plain: number, open: number]
  readonly certificate: Certificate
  readonly ca: string
  readonly caFile: string
}

/** A new directory that others may pass through, a mailbox in it, a certificate, and ports that were free just now. */
export async function makePremises(name: string): Promise<Premises> {
  const directory = mkdtempSync(join(tmpdir(), `postern-${name}-`))
  chmodSync(directory, 0o755)
  const mailbox = join(directory, 'mail')
  mkdirSync(mailbox)
  chmodSync(mailbox, 0o777)
  const now = Date.now()
  const authority = await makeCertificate({ commonName: 'Private CA', hosts: [], days: 2, now, authority: true })
  const certificate = await makeCertificate({
    commonName: HOST,
    hosts: [HOST, '127.0.0.1'],
    days: 1,
    now,
    issuer: authority,
  })
  const caFile = join(directory, 'ca.pem')
  writeFileSync(caFile, authority.certificate)
  return { directory, mailbox, ports: await fourFreePorts(), certificate, ca: authority.certificate, caFile }
}

/** Four different ports of 127.0.0.1 that were free a moment ago. */
async function fourFreePorts(): Promise<Premises['ports']> {
  const held: Server[] = []
  const next = async () => {
    const server = createServer()
    held.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('there is no free port')
    return address.port
  }
  const ports = [await next(), await next(), await next(), await next()] as const
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** The files of a Maildir that have been delivered whole. */
export function maildir(directory: string): readonly string[] {
  const fresh = join(directory, 'new')
  try {
    return readdirSync(fresh).map((name) => readFileSync(join(fresh, name), 'utf8'))
  } catch {
    return []
  }
}

/** Resolves to the first letter of `letters()` that has `part`. */
export async function letterWith(letters: () => readonly string[], part: string, log: () => string): Promise<string> {
  try {
    return await vi.waitUntil(() => letters().find((letter) => letter.includes(part)), { timeout: 30_000 })
  } catch (error) {
    throw new Error(`no letter with ${JSON.stringify(part)} has come; the server's log:\n${log()}`, { cause: error })
  }
}

/** Resolves when all `ports` of a server answer; rejects with its log when they do not, or when it has `ended`. */
export async function answering(ports: readonly number[], log: () => string, ended: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000
  for (const port of ports) {
    while (!(await accepts(port))) {
      if (ended() || performance.now() > deadline) throw new Error(`nothing answers on port ${port}:\n${log()}`)
      await new Promise(setImmediate)
    }
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

/** A file's text, or nothing where it is not there yet. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
