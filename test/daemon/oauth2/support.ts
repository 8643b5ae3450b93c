import { onTestFinished } from 'vitest'
import type { Certificate } from '../../../src/core/host/certificate.ts'
import { trust } from '../../../src/daemon/courier/trust.ts'
import { type RefreshToken, TokenSource, type TokenSourceOptions } from '../../../src/daemon/oauth2/token-source.ts'
import {
  startTokenEndpoint,
  type TokenAnswer,
  type TokenEndpoint,
  type TokenQuestion,
} from '../../support/token-endpoint.ts'

export const CLIENT_SECRET = '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th'
export const REFRESH_TOKEN = '1//0e-a-refresh-token-of-some-length-and-more'
/** As long as those of Microsoft are, and no part of one is in another. */
export const accessToken = (number: number): string =>
  `ya29.${Array.from({ length: 60 }, (_, at) => Buffer.from(`token-${number}-${at}-of-many`).toString('base64url')).join('.')}`

/** What a provider says when all is well; the token lives an hour. */
export const granted = (number: number, more: object = {}): TokenAnswer => ({
  json: { access_token: accessToken(number), token_type: 'Bearer', expires_in: 3599, ...more },
})
export const denied = (error: string, description?: string, status = 400): TokenAnswer => ({
  json: { error, error_description: description },
  status,
})

/** An endpoint that ends with the test; by default each question gets the next token. */
export async function anEndpoint(
  answer: (question: TokenQuestion, number: number) => TokenAnswer | Promise<TokenAnswer> = (_question, number) =>
    granted(number),
  certificate?: Certificate,
): Promise<TokenEndpoint> {
  const endpoint = await startTokenEndpoint(answer, certificate)
  onTestFinished(() => endpoint.close())
  return endpoint
}

export interface Source {
  readonly tokens: TokenSource
  /** Refresh tokens that were to be kept. */
  readonly renewed: string[]
  /** Time goes by for the life of tokens. */
  advance(ms: number): void
}

/** A source of tokens from `endpoint`, by the refresh token of a Google client unless it is told otherwise. */
export function aSource(endpoint: Pick<TokenEndpoint, 'url'>, given: Partial<TokenSourceOptions> = {}): Source {
  const renewed: string[] = []
  let now = 0
  const refreshToken: RefreshToken = {
    read: () => Promise.resolve({ ok: true, value: renewed.at(-1) ?? REFRESH_TOKEN }),
    renew: async (token) => void renewed.push(token),
  }
  const tokens = new TokenSource({
    url: new URL(endpoint.url),
    client: { provider: 'google', grant: 'refresh_token', id: 'client.example', secret: CLIENT_SECRET },
    refreshToken,
    trust: () => trust(null),
    monotonic: () => now,
    ...given,
  })
  return {
    tokens,
    renewed,
    advance: (ms) => {
      now += ms
    },
  }
}
