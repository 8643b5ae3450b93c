import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls, type SecureContext } from 'node:tls'
import { tlsOptions } from '../courier/dial.ts'

export interface TokenRequest {
  readonly url: URL
  /** The fields of the form, secrets among them. */
  readonly form: Readonly<Record<string, string>>
  /** Whom to trust. */
  readonly trust: () => SecureContext
  /** For all of it, from the look-up of the name to the last byte, in ms. */
  readonly deadline: number
}

export type TokenReply =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  /** Nothing that could be an answer: node's code or one of ours, and words without a secret. */
  | { readonly kind: 'none'; readonly cause: string; readonly why: string }

/** A token is a few KB; no answer with one is as long. */
const LONGEST = 64 * 1024
const HTTPS_PORT = 443
const HTTP_PORT = 80

/** The host that a URL names, an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

/**
 * Asks a token endpoint (RFC 6749, section 3.2) once: it follows no redirect, reads no more than 64 KB, and is over when
 * the deadline has passed, however many bytes trickle in. Resolves whatever the network does.
 */
export function askEndpoint({ url, form, trust, deadline }: TokenRequest): Promise<TokenReply> {
  const body = new URLSearchParams(form).toString()
  return new Promise((resolve) => {
    const none = (cause: string, why: string) => {
      clearTimeout(timer)
      resolve({ kind: 'none', cause, why })
      request.destroy()
    }
    const host = hostOf(url)
    const secure = url.protocol === 'https:'
    const request = (secure ? requestHttps : requestHttp)(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json',
        'accept-encoding': 'identity',
      },
      createConnection: () =>
        secure
          ? connectTls({ ...tlsOptions(host, trust()), port: Number(url.port || HTTPS_PORT) })
          : connectTcp({ host, port: Number(url.port || HTTP_PORT) }),
    })
    const timer = setTimeout(() => none('TOKEN_TIMEOUT', `no answer within ${deadline / 1000} s`), deadline)
    request.on('error', (error: NodeJS.ErrnoException) => none(error.code ?? 'ECONNRESET', wordsOf(error)))
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > LONGEST) none('TOKEN_ANSWER', 'its answer is longer than any token')
        else chunks.push(chunk)
      })
      response.on('error', (error: NodeJS.ErrnoException) => none(error.code ?? 'ECONNRESET', wordsOf(error)))
      response.on('end', () => {
        clearTimeout(timer)
        resolve({ kind: 'answer', status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() })
      })
    })
    request.end(body)
  })
}

/** One error for each address that was tried, and no message of its own. */
const wordsOf = (error: Error): string =>
  error instanceof AggregateError ? error.errors.map(({ message }) => message).join('; ') : error.message
