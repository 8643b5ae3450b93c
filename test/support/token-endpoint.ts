import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificate } from '../../src/core/host/certificate.ts'

/** A question as the endpoint got it. */
export interface TokenQuestion {
  readonly path: string
  readonly contentType: string | undefined
  readonly form: Readonly<Record<string, string>>
}

/** What it says: a body in JSON, one as it is with its status, or something of its own. */
export type TokenAnswer =
  | { readonly json: unknown; readonly status?: number }
  | { readonly text: string; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  | ((response: ServerResponse) => void)

export interface TokenEndpoint {
  /** `http://127.0.0.1:PORT/token`, or https where it has a certificate. */
  readonly url: string
  readonly questions: readonly TokenQuestion[]
  /** Resolves when so many questions have come. */
  asked(count: number): Promise<void>
  close(): Promise<void>
}

/** A token endpoint on loopback; `answer` is asked for each question, numbered from 0. */
export async function startTokenEndpoint(
  answer: (question: TokenQuestion, number: number) => TokenAnswer | Promise<TokenAnswer>,
  certificate?: Certificate,
): Promise<TokenEndpoint> {
  const questions: TokenQuestion[] = []
  const waiting = new Set<() => void>()
  const listener: RequestListener = (request, response) => {
    void readBody(request).then(async (body) => {
      const form = Object.fromEntries(new URLSearchParams(body))
      const question = { path: request.url ?? '', contentType: request.headers['content-type'], form }
      questions.push(question)
      for (const look of [...waiting]) look()
      say(response, await answer(question, questions.length - 1))
    })
  }
  const server =
    certificate === undefined
      ? createHttp(listener)
      : createHttps({ cert: certificate.certificate, key: certificate.key }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}/token`,
    questions,
    asked: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (questions.length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    close: () => {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function say(response: ServerResponse, answer: TokenAnswer): void {
  if (typeof answer === 'function') answer(response)
  else if ('json' in answer) {
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json;charset=UTF-8' })
    response.end(JSON.stringify(answer.json))
  } else {
    response.writeHead(answer.status ?? 200, answer.headers)
    response.end(answer.text)
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}
