import MailComposer from 'nodemailer/lib/mail-composer'
import { composeLetter, type Envelope } from '../src/core/letters/compose.ts'
import { type Rendered, renderLetter } from '../src/core/letters/render.ts'
import { builtinTemplate } from '../src/core/letters/templates.ts'

/** Run by hand: `node bench/letters.ts`. Microseconds a letter, the best of some rounds, since other work disturbs. */
const SECRET = 'abcd-efgh-jkmn-pqrs-tvwx-yz01'

function envelope(i: number, name: string): Envelope {
  return {
    from: { name: 'Example Organisation', address: 'accounts@example.org' },
    to: { name: `${name} ${i}`, address: `person${i}@example.net` },
    replyTo: 'help@example.org',
    messageId: `0123456789abcdef.${i}@example.org`,
    date: 1_795_000_000_000 + i * 1000,
    boundary: `Z3Vlc3Mgd2hhdCBpdCBpcw${i}`,
  }
}

function bestMicroseconds(letters: number, rounds: number, work: (i: number) => void): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    for (let i = 0; i < letters; i++) work(i)
    best = Math.min(best, ((performance.now() - start) / letters) * 1000)
  }
  return best
}

async function nodemailerMicroseconds(letters: number, rendered: Rendered, name: string): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 3; round++) {
    const start = performance.now()
    for (let i = 0; i < letters; i++) {
      const { from, to, replyTo, messageId, date } = envelope(i, name)
      const mail = { from, to, replyTo: replyTo ?? '', messageId, date: new Date(date), ...rendered }
      await new MailComposer(mail).compile().build()
    }
    best = Math.min(best, ((performance.now() - start) / letters) * 1000)
  }
  return best
}

for (const [locale, name] of [
  ['en', 'Alice Liddell'],
  ['zh-TW', '王小明'],
] as const) {
  const template = builtinTemplate('reset-password', locale)
  const variables = (i: number) => ({
    username: `person${i}`,
    name: `${name} ${i}`,
    sign_in_url: 'https://portal.example.org/login',
    hours: 24,
    sender: 'Example Organisation',
  })
  const rendered = renderLetter(template, variables(1), SECRET)
  const bytes = composeLetter(envelope(1, name), rendered).length
  const render = bestMicroseconds(20_000, 5, (i) => renderLetter(template, variables(i), SECRET))
  const compose = bestMicroseconds(20_000, 5, (i) => composeLetter(envelope(i, name), rendered))
  const both = bestMicroseconds(20_000, 5, (i) =>
    composeLetter(envelope(i, name), renderLetter(template, variables(i), SECRET)),
  )
  const theirs = await nodemailerMicroseconds(2000, rendered, name)
  console.log(
    `${locale}, ${bytes} bytes: render ${render.toFixed(1)} µs, compose ${compose.toFixed(1)} µs, ` +
      `both ${both.toFixed(1)} µs; nodemailer composes in ${theirs.toFixed(0)} µs (${(theirs / compose).toFixed(0)} times as long)`,
  )
}
