// How long the portal takes to answer people who have an account and people who have none: `node bench/portal.ts`, 500 of
// each in some six minutes. It says whether the two can be told apart: by a Mann-Whitney test at alpha 0.01, two-sided, and
// by how often one of the known waits longer than one of the unknown, which is 0.5 where there is no difference.
import { exchange, tokenOf } from '../test/daemon/portal/a-browser.ts'
import { openPortal } from '../test/e2e/portal/open-portal.ts'

const EACH = Number(process.argv[2] ?? 500)

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
  // In turns, and each as often first: what else the machine does befalls both alike.
  const turn = n % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)
  for (const who of turn) times[who].push(await took(`${who}${n}@example.org`, n))
}
for (const [who, all] of Object.entries(times)) {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2)
  console.log(`${who.padEnd(8)} ${EACH} requests  p5 ${at(0.05)}  median ${at(0.5)}  p95 ${at(0.95)} ms`)
}

const ALPHA = 0.01
const { p, share } = mannWhitney(times.known, times.unknown)
const verdict = p < ALPHA ? 'THEY DIFFER' : 'no difference seen'
console.log(
  `Mann-Whitney p = ${p.toFixed(3)} (alpha ${ALPHA}), known slower in ${share.toFixed(3)} of pairs: ${verdict}`,
)
if (p < ALPHA) process.exitCode = 1

/** Whether two samples are of one distribution, by the normal approximation: both have hundreds of values, and few ties. */
function mannWhitney(one: readonly number[], other: readonly number[]): { readonly p: number; readonly share: number } {
  let above = 0
  for (const a of one) for (const b of other) above += a > b ? 1 : a === b ? 0.5 : 0
  const pairs = one.length * other.length
  const deviation = Math.sqrt((pairs * (one.length + other.length + 1)) / 12)
  return { p: 2 * upperTail(Math.abs(above - pairs / 2) / deviation), share: above / pairs }
}

/** The share of a normal distribution above `z`, to 7.5e-8 (Abramowitz and Stegun, 26.2.17). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series
}
