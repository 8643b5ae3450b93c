import { expect, it } from 'vitest'
import { cameTooLate, lastWords } from '../../../src/core/text/task-words.ts'
import { textOf } from '../../../src/tui/line.ts'
import { taskLines } from '../../../src/tui/screens/tasks/tasks.lines.ts'
import { themeOf } from '../../../src/tui/theme.ts'
import { anEndedTask, ids } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'

const { glyphs } = themeOf({ colour: false, ascii: false })
const done = anEndedTask({ status: 'carried-out' })
const attempt = {
  id: ids.attempt(),
  round: 1,
  at: MONDAY,
  outcome: 'delivered' as const,
  code: null,
  reply: '250 OK',
  durationMs: 3,
}
const tried = { ...done, attempts: [attempt] }
const why = 'It was cancelled while it was executing. The letter had left by then; the password in it is dead.'
const late = {
  ...tried,
  cause: {
    stage: 'letter' as const,
    code: 'ECANCELLED',
    originalCode: null,
    replyCode: null,
    enhancedCode: null,
    reply: why,
  },
}
const shown = (task: typeof tried | typeof late) =>
  taskLines(task, { now: MONDAY, glyphs, held: undefined, isBeside: true }).map(textOf).join('\n')

it('a letter that left before it could be cancelled says that its password is dead, in the list and when it is opened', () => {
  expect(shown(late)).toContain(`But        ${why}`)
  expect(lastWords(late)).toBe('cancelled, too late')
  expect(cameTooLate(late)).toBe(true)
})

it('a letter that was simply carried out says nothing of the kind', () => {
  expect(shown(tried)).not.toContain('But')
  expect(lastWords(tried)).toBe('delivered')
})
