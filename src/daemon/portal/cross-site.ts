/** What of a request tells whose page sent it. */
export interface Sender {
  /** Sec-Fetch-Site, which no script can set (Fetch Metadata). */
  readonly site: string | null
  readonly origin: string | null
}

/**
 * Whether a form was sent by one of the portal's own pages. Browsers say so in Sec-Fetch-Site; one that does not (Safari
 * before 16.4) is believed by its Origin. A page of ours sends `Origin: null`, since its referrer policy is
 * `no-referrer` (Fetch, "append a request Origin header"), and so does a sandboxed frame: alone it proves nothing.
 * A request with neither is refused.
 */
export function isOwnForm({ site, origin }: Sender, own: string): boolean {
  if (site === null) return origin === own
  return site === 'same-origin' && (origin === null || origin === 'null' || origin === own)
}
