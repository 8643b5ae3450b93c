import { describe, expect, it } from 'vitest'
import type { CheckProgress } from '../../../src/core/domain/check.ts'
import type { LetterKind } from '../../../src/core/domain/letter.ts'
import type { Happening } from '../../../src/core/domain/outcome.ts'
import { NEW_QUEUE } from '../../../src/core/domain/queue.ts'
import { checkJson, entryJson } from '../../../src/core/text/json.ts'
import { attemptLines, checkEndLines, diagnosisLines, queueReason, stageLines } from '../../../src/core/text/report.ts'
import { anEntry } from '../../support/builders.ts'

const refused: Happening = {
  stage: 'auth',
  code: 'EAUTH',
  originalCode: null,
  replyCode: 535,
  enhancedCode: '5.7.8',
  reply: '535-5.7.8 Username and Password not accepted.\r\n535 5.7.8  https://support.example/\u001b[2J',
}

describe('what is said of an attempt', () => {
  it('is a line a stage, inert', () => {
    const stages = [
      { stage: 'tcp', durationMs: 3, detail: '192.0.2.1 port 587' },
      { stage: 'greeting', durationMs: 1400, detail: '220 \u202eevil' },
    ] as const
    expect(stageLines({ stages, happening: null })).toEqual([
      'TCP           3 ms  192.0.2.1 port 587',
      'greeting     1.4 s  220 <U+202E>evil',
    ])
  })

  it('ends in the diagnosis, the settings that mend it and all that the server said', () => {
    expect(diagnosisLines(refused, 'reset-password')).toEqual([
      'Username and Password not accepted (at sign-in)',
      expect.stringContaining('does not know this user name'),
      expect.stringContaining('Check SERVICE_MAIL_USERNAME'),
      'Settings: SERVICE_MAIL_USERNAME, SERVICE_MAIL_PASSWORD',
      'The server said:',
      '  535-5.7.8 Username and Password not accepted.',
      '  535 5.7.8  https://support.example/^[[2J',
    ])
    const lost: Happening = {
      ...refused,
      stage: 'tcp',
      replyCode: null,
      enhancedCode: null,
      reply: 'connect ECONNREFUSED',
    }
    expect(diagnosisLines(lost, 'reset-password').at(-1)).toBe('In detail: connect ECONNREFUSED')
    expect(diagnosisLines({ ...lost, reply: null }, 'reset-password').at(-1)).toMatch(/^Settings: /)
  })

  it('fits the kind of letter: a test mail is sent anew, another is redone', () => {
    const happening: Happening = { ...refused, stage: 'rcpt', code: 'EENVELOPE', replyCode: 550, enhancedCode: '5.1.1' }
    const said = (kind: LetterKind) => attemptLines(anEntry({ kind, happening, outcome: 'refused' })).join(' ')
    expect(said('test')).toContain('send another test mail')
    expect(said('test')).not.toMatch(/redo|user's/)
    expect(said('reset-link')).toContain("Correct the user's address, then redo the letter.")
    const { diagnosis } = entryJson(anEntry({ kind: 'test', happening, outcome: 'refused' }))
    expect(diagnosis?.advice).toContain('send another test mail')
  })

  it('says where a delivered one went', () => {
    expect(attemptLines(anEntry())).toEqual([
      'Delivered to person@example.org.',
      'The server said: 250 2.0.0 Ok: queued as 4F2C',
    ])
    expect(attemptLines(anEntry({ happening: refused }))[0]).toMatch(/^Username and Password/)
  })
})

describe('what is said of a check', () => {
  const stages = [
    { stage: 'tcp', durationMs: 3, detail: '192.0.2.1 port 587' },
    { stage: 'auth', durationMs: 40, detail: '535-5.7.8 \u001b[2J' },
  ] as const
  const running: CheckProgress = {
    from: 'postern@example.org',
    to: null,
    status: 'executing',
    stages,
    stage: 'mail',
    happening: null,
  }

  it('is a line for each stage that was passed, inert, and no end while it runs', () => {
    expect(stageLines(running)).toEqual([
      'TCP           3 ms  192.0.2.1 port 587',
      'sign-in      40 ms  535-5.7.8 ^[[2J',
    ])
    expect(checkEndLines(running)).toEqual([])
  })

  it('is the stage that was not passed, with the diagnosis at the end', () => {
    const failed: CheckProgress = { ...running, status: 'done', stage: null, happening: refused }
    expect(stageLines(failed)).toEqual(['TCP           3 ms  192.0.2.1 port 587', 'sign-in      40 ms  failed'])
    expect(checkEndLines(failed)).toEqual(diagnosisLines(refused, 'reset-password'))
    expect(checkJson({ ...failed, id: 'x', settings: [] }, [])).toMatchObject({
      ok: false,
      to: 'postern@example.org',
      stages: [
        { stage: 'tcp', ok: true },
        { stage: 'auth', ok: false },
      ],
      outcome: 'misconfigured',
      diagnosis: { title: 'Username and Password not accepted' },
      reply: refused.reply,
    })
  })

  it('is that every stage was passed, and between whom', () => {
    const passed: CheckProgress = { ...running, status: 'done', stage: null }
    expect(checkEndLines(passed)).toEqual([
      'Every stage was passed: the server takes letters from postern@example.org. None was sent.',
    ])
    expect(checkEndLines({ ...passed, to: 'ops@example.net\u202e' })).toEqual([
      'Every stage was passed: the server takes letters from postern@example.org to ops@example.net<U+202E>. None was sent.',
    ])
    const json = checkJson({ ...passed, id: null, settings: [{ name: 'SERVICE_MAIL_PORT' }] }, ['Doubtful.'])
    expect(json).toMatchObject({ id: null, ok: true, settings: ['SERVICE_MAIL_PORT'], warnings: ['Doubtful.'] })
    expect(json).toMatchObject({ outcome: null, diagnosis: null, reply: null })
  })

  it('names no stage where a setting is wrong before there is one', () => {
    const missing: Happening = { ...refused, stage: 'letter', code: 'ESETTING', replyCode: null, enhancedCode: null }
    const failed: CheckProgress = { ...running, status: 'done', stages: [], stage: null, happening: missing }
    expect(stageLines(failed)).toEqual([])
    expect(checkEndLines(failed)[0]).toBe('A mail setting is missing or cannot be used')
  })
})

describe('why letters do not leave', () => {
  it('is nothing while the queue is open', () => {
    expect(queueReason('open', NEW_QUEUE)).toBeNull()
    expect(queueReason('off', NEW_QUEUE)).toBe('SERVICE_MAIL_ENABLE is false')
  })

  it('is the diagnosis with the server’s codes', () => {
    const paused = { ...NEW_QUEUE, state: 'paused', cause: refused } as const
    expect(queueReason('paused', paused)).toBe('Username and Password not accepted (535 5.7.8)')
    const lost = { ...refused, stage: 'tcp', replyCode: null, enhancedCode: null } as const
    expect(queueReason('unreachable', { ...paused, cause: lost })).toBe('The mail server cannot be reached')
  })
})
