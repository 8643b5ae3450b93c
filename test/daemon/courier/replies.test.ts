import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Replies } from '../../../src/daemon/courier/replies.ts'

/** What is heard of these pieces. */
function hear(...pieces: readonly (string | Buffer)[]) {
  const heard: string[] = []
  const more: boolean[] = []
  let tooLong = 0
  const replies = new Replies(
    (reply) => {
      heard.push(reply)
      more.push(replies.more)
    },
    () => tooLong++,
  )
  for (const piece of pieces) replies.take(Buffer.from(piece))
  return { heard, more, tooLong, unfinished: replies.unfinished() }
}

describe('what a server says', () => {
  it('is a reply at the end of its line', () => {
    expect(hear('250 Ok\r\n').heard).toEqual(['250 Ok'])
    expect(hear('250 O', 'k', '\r', '\n').heard).toEqual(['250 Ok'])
    expect(hear('250 Ok\n').heard).toEqual(['250 Ok'])
  })

  it('goes on over several lines', () => {
    expect(hear('250-first\r\n250-second\r\n250 third\r\n354 Go\r\n').heard).toEqual([
      '250-first\n250-second\n250 third',
      '354 Go',
    ])
  })

  it('is more than what was heard while something is behind it', () => {
    expect(hear('354 Go\r\n250 Ok\r\n').more).toEqual([true, false])
    expect(hear('354 Go\r\n2').more).toEqual([true])
    expect(hear('354 Go\r\n', '250 Ok\r\n').more).toEqual([false, false])
  })

  it('is UTF-8 however it is cut, and else the bytes that came', () => {
    const words = Buffer.from('550 Kein Zugriff für Zoë\r\n')
    for (let at = 0; at <= words.length; at++) {
      expect(hear(words.subarray(0, at), words.subarray(at)).heard).toEqual(['550 Kein Zugriff für Zoë'])
    }
    expect(hear(Buffer.from([0x35, 0x35, 0x30, 0x20, 0xff, 0x0a])).heard).toEqual(['550 \u00ff'])
  })

  it('that is empty is nothing', () => {
    expect(hear('\r\n \r\n250 Ok\r\n').heard).toEqual(['250 Ok'])
  })

  it('need not come to an end: one line, or lines without number', () => {
    expect(hear(...Array(70).fill('x'.repeat(1000))).tooLong).toBeGreaterThan(0)
    expect(hear(...Array(70).fill(`250-${'x'.repeat(1000)}\r\n`)).tooLong).toBeGreaterThan(0)
    expect(hear(...Array(70).fill(`250 ${'x'.repeat(1000)}\r\n`)).tooLong).toBe(0)
  })

  it('may break off: the beginning of a refusal counts as one', () => {
    expect(hear('421 4.3.2 Going dow').unfinished).toMatchObject({
      words: '421 4.3.2 Going dow',
      refusal: { code: 'ECONNECTION', response: '421 4.3.2 Going dow' },
    })
    expect(hear('250 2.0.0 O').unfinished).toEqual({ words: '250 2.0.0 O', refusal: null })
    expect(hear('250 Ok\r\n').unfinished).toBeNull()
  })

  it('is the same in whatever pieces it comes', () => {
    const line = fc.tuple(fc.constantFrom('250 ', '250-', '354 ', '550-'), fc.string({ unit: 'binary', maxLength: 20 }))
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
        const text = Buffer.from(lines.map(([code, words]) => `${code}${words.replace(/[\r\n]/g, '')}\r\n`).join(''))
        const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length]
        const pieces = at.slice(1).map((end, n) => text.subarray(at[n], end))
        expect(hear(...pieces).heard).toEqual(hear(text).heard)
      }),
    )
  })
})
