// How long the portal takes to answer people who have an account and people who have none: `node bench/portal.ts`.
// The two medians should differ by less than the spread of either; the step of 300 ms hides what is left.
import { exchange, tokenOf } from '../test/daemon/portal/a-browser.ts'
import { openPortal } from '../test/e2e/portal/open-portal.ts'

const EACH = Number(process.argv[2] ?? 100)

await using portal = await openPortal()
const { port, host } = new URL(portal.origin)
await portal.house.addUsers(EACH, 'known')

async function took(email: string, n: number): Promise<number> {
  // A network has ten such requests a minute, and all together 300, which this stays below: one takes 300 ms.
  const from = `198.51.${n >> 8}.${n & 255}`
  const page = await exchange(Number(port), '/forgot-password', { headers: { host } })
  const cookie = page.cookies.map((line) => line.split(';')[0]).join('; ')
  const body = new URLSearchParams({ ...tokenOf(page), email }).toString()
  const headers = {
    host,
    cookie,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(body.length),
    'x-forwarded-for': from,
  }
  const began = performance.now()
  await exchange(Number(port), '/forgot-password', { method: 'POST', headers, body })
  return performance.now() - began
}

const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
for (let n = 0; n < EACH; n++) {
  times.known.push(await took(`known${n}@example.org`, n))
  times.unknown.push(await took(`unknown${n}@example.org`, n))
}
for (const [who, all] of Object.entries(times)) {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2)
  console.log(`${who.padEnd(8)} ${EACH} requests  p5 ${at(0.05)}  median ${at(0.5)}  p95 ${at(0.95)} ms`)
}
