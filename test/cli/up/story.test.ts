import { readdirSync } from 'node:fs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { playSandbox } from '../../../src/cli/up/play.ts'
import { expectedEnd, Stop } from '../../../src/core/exit.ts'
import { aDirectory, Run } from './a-run.ts'

const clock = String.raw`\d\d:\d\d:\d\d`

/** The lines of one step, without its heading. */
function stepOf(lines: readonly string[], number: number): string {
  const from = lines.findIndex((line) => line.startsWith(`${number}. `))
  const length = lines.slice(from).indexOf('')
  return lines.slice(from + 1, length < 0 ? undefined : from + length).join('\n')
}

describe('the story without a terminal', () => {
  it('comes true step by step, exits 0 and leaves nothing behind', async () => {
    const tmp = aDirectory()
    const { status, signal, lines, said } = await new Run({ data: undefined, sandbox: true }, tmp).ended
    expect({ status, signal, said }).toEqual({ status: 0, signal: null, said: '' })
    expect(lines.filter((line) => /^\d\. /.test(line))).toEqual([
      '1. A store, its people and a mail catcher',
      '2. The mail settings, with a wrong password',
      '3. Three resets are requested, to leave in 3 s',
      '4. They are due: one letter meets the server, and the others are held',
      '5. The password is mended: a probe opens the queue, and the held letters leave',
      '6. The failed one is redone',
      '7. The mail log, newest first',
      '8. The letter lets its reader back in',
    ])
    expect(stepOf(lines, 1)).toMatch(/people {3}12 from data\/sample-users\.csv \(9 en, 3 zh-TW\)/)
    expect(stepOf(lines, 2)).toMatch(/SERVICE_MAIL_HOST +127\.0\.0\.1\n/)
    expect(stepOf(lines, 3)).toContain('  bjorn@bücher.example  ')
    expect(stepOf(lines, 7)).toContain('  bjorn@bücher.example  ')
    const due = new Set(stepOf(lines, 3).match(new RegExp(`(?<=wait    )${clock}`, 'g')))
    expect(due.size).toBe(1)
    expect(
      stepOf(lines, 4)
        .match(/ (failed {2}1|wait {4}0)$/gm)
        ?.sort(),
    ).toEqual([' failed  1', ' wait    0', ' wait    0'])
    expect(lines.join('\n')).toContain('535-5.7.8 Username and Password not accepted. For more information, go to\n')
    expect(lines.join('\n')).toMatch(new RegExp(`The queue is paused since ${clock}, next probe ${clock}`))
    expect(stepOf(lines, 5).match(/ {2}carry out {2}250 /g)).toHaveLength(2)
    expect(stepOf(lines, 6).match(/ {2}carry out {2}250 /g)).toHaveLength(1)
    expect(
      stepOf(lines, 7)
        .match(/ {2}(success|failure) {2}/g)
        ?.map((word) => word.trim()),
    ).toEqual(['success', 'success', 'success', 'failure'])
    const end = lines.slice(-8).join('\n')
    expect(end).toContain('signs in with one symbol wrong: refused.')
    expect(end).toContain('signs in with the temporary password: must-change-password.')
    expect(end).toContain('The temporary one: refused. The new one: signed-in.')
    expect(end).toMatch(/All 8 steps came true, in .+; 4 letters were caught\.\nRemoved .+\.$/)
    expect(readdirSync(tmp)).toEqual([])
  })

  it('says which step did not come true when the mended password is refused, too, and leaves nothing behind', async () => {
    const tmp = aDirectory()
    vi.stubEnv('TMPDIR', tmp)
    onTestFinished(() => void vi.unstubAllEnvs())
    const lines: string[] = []
    const print = (line: string) => void lines.push(line)
    const play = { data: undefined, print, warn: print, ended: new AbortController().signal }
    const error = await playSandbox({ ...play, mended: 'not it either' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Stop)
    expect(expectedEnd(error)).toMatchObject({
      status: 1,
      message:
        'Step 5, "The password is mended: a probe opens the queue, and the held letters leave", did not come true: the queue did not open, for the probe was refused (Username and Password not accepted).',
    })
    expect(lines.join('\n')).not.toContain('carry out')
    expect(readdirSync(tmp)).toEqual([])
  })

  it('ends by the signal when it is interrupted, and leaves nothing behind', async () => {
    const tmp = aDirectory()
    const run = new Run({ data: undefined, sandbox: true }, tmp)
    await run.printed(/^3\. /m)
    run.kill('SIGINT')
    const { status, signal, said } = await run.ended
    expect({ status, signal, said }).toEqual({ status: null, signal: 'SIGINT', said: 'Interrupted.\n' })
    expect(readdirSync(tmp)).toEqual([])
  })
})
