import { describe, expect, it } from 'vitest'
import { inert } from '../../../src/core/text/inert.ts'
import { cellsOf } from '../../../src/core/text/width.ts'
import { formLines } from '../../../src/tui/form/form.lines.ts'
import {
  changedValues,
  checkField,
  choiceField,
  type Form,
  focusField,
  formValue,
  isDirty,
  secretField,
  textField,
  typeIntoForm,
  withErrors,
  withWarnings,
} from '../../../src/tui/form/form.ts'
import { textOf } from '../../../src/tui/line.ts'
import { themeOf } from '../../../src/tui/theme.ts'
import { aPress } from '../a-model.ts'

const theme = themeOf({ colour: false, ascii: false })
const label = (name: string) => ({ name, label: inert(name), help: inert(`What ${name} is for.`) })
const aForm: Form = {
  focus: 0,
  fields: [
    textField({ ...label('host'), group: inert('Server') }, 'mx1'),
    secretField(label('password'), true),
    choiceField(
      label('protocol'),
      [
        { value: 'smtp', words: inert('smtp') },
        { value: 'smtps', words: inert('smtps') },
      ],
      'smtp',
    ),
    checkField(label('tls'), true),
  ],
}
const press = (form: Form, ...words: string[]): Form =>
  words.reduce((each, word) => typeIntoForm(each, aPress(word)), form)
const shown = (form: Form, height = 20) => formLines(form, 60, height, theme).map(textOf)

describe('a form', () => {
  it('says what was changed, and nothing of what was put back', () => {
    const form = press(aForm, '2', 'tab', 'tab', ' ', 'tab', ' ')
    expect(changedValues(form)).toEqual(
      new Map([
        ['host', 'mx12'],
        ['protocol', 'smtps'],
        ['tls', 'false'],
      ]),
    )
    expect(isDirty(press(form, ' ', 'up', 'left', 'up', 'up', 'backspace'))).toBe(false)
  })

  it('leaves a secret as it is until something is typed, and can empty it', () => {
    const at = focusField(aForm, 'password')
    expect(formValue(press(at, 'left', 'right'), 'password')).toBeNull()
    expect(changedValues(press(at, 'x', 'y')).get('password')).toBe('xy')
    expect(changedValues(press(at, 'backspace')).get('password')).toBe('')
  })

  it('never shows a secret', () => {
    const lines = shown(press(focusField(aForm, 'password'), ...'hunter2')).join('\n')
    expect(lines).not.toContain('hunter2')
    expect(lines).toContain('•••••••')
  })

  it('takes letters that are keys elsewhere as text, and a paste as one value', () => {
    const typed = press(focusField(aForm, 'host'), 'q', '?', ':')
    expect(formValue(typed, 'host')).toBe('mx1q?:')
    const pasted = typeIntoForm(aForm, { kind: 'paste', text: '.example\r\n.org\n' })
    expect(formValue(pasted, 'host')).toBe('mx1.example .org')
  })

  it('goes to the first field with an error, and forgets the error when that is changed', () => {
    const wrong = withErrors(aForm, new Map([['protocol', inert('Not with port 587.')]]))
    expect(wrong.focus).toBe(2)
    expect(shown(wrong).join('\n')).toContain('✗ Not with port 587.')
    expect(shown(press(wrong, ' ')).join('\n')).not.toContain('Not with')
    const doubtful = withWarnings(aForm, new Map([['tls', inert('Doubtful.')]]))
    expect(shown(doubtful).join('\n')).toContain('! Doubtful.')
    expect(isDirty(doubtful)).toBe(false)
  })

  it.each([3, 5, 8])('shows the field with the focus and its help in %i rows', (height) => {
    for (const [index, field] of aForm.fields.entries()) {
      const lines = shown({ ...aForm, focus: index }, height)
      expect(lines.length).toBe(height)
      expect(lines.some((line) => line.startsWith('>') && line.includes(field.label))).toBe(true)
      for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(60)
    }
  })

  it('marks what differs from what is stored', () => {
    const lines = shown(press(aForm, '2'))
    expect(lines.find((line) => line.includes('host'))).toMatch(/^>\* host/)
    expect(lines.find((line) => line.includes('protocol'))).toMatch(/^ {3}protocol/)
  })

  it('says of a value that is too long for the line that there is more of it', () => {
    const long = { focus: 0, fields: [textField(label('url'), `https://${'x'.repeat(100)}.example/login`)] }
    expect(shown(long)[0]).toMatch(/^> {2}url {2}…x+\.example\/login $/)
    expect(shown(press(long, 'ctrl+u'))[0]).not.toContain('…')
    const home = typeIntoForm(long, { kind: 'key', key: 'home' })
    expect(shown(home)[0]).toMatch(/^> {2}url {2}https:\/\/x+…$/)
    for (const form of [long, home]) expect(cellsOf(shown(form)[0] ?? '')).toBeLessThanOrEqual(60)
  })
})
