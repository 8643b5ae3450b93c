import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inertLine } from '../../../src/core/letters/inert.ts'
import { renderLetter } from '../../../src/core/letters/render.ts'
import { builtinTemplate } from '../../../src/core/letters/templates.ts'
import { anOverride, SECRET, someVariables } from './builders.ts'

const reset = builtinTemplate('reset-password', 'en')

describe('a hostile name', () => {
  it('starts no new line in the text', () => {
    const name = 'Eve\r\nYour new password is: hunter2\u2028\u0085\v'
    const { text } = renderLetter(reset, someVariables({ name }), SECRET)
    expect(text.split('\n')[0]).toBe('Hello Eve Your new password is: hunter2 ,')
    expect(text.split('\n')).toHaveLength(renderLetter(reset, someVariables(), SECRET).text.split('\n').length)
  })

  it('is text and not markup in HTML', () => {
    const name = '<script>alert("1")</script>\' onload=\'x&amp;'
    const { html, text } = renderLetter(reset, someVariables({ name }), SECRET)
    expect(html).not.toContain('<script')
    expect(html).toContain('&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;&#39; onload=&#39;x&amp;amp;')
    expect(text).toContain(name)
  })

  it('neither reorders nor hides what stands around it', () => {
    const name = 'Eve\u202e\u2066\u200b\u061c\ufeff\u{e0041}\u0007\ud800'
    const letter = renderLetter(reset, someVariables({ name, username: name }), SECRET)
    for (const part of [letter.subject, letter.text, letter.html]) {
      expect(part).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u061c\ufeff\u{e0000}-\u{e007f}\x07]|\p{Cs}/u)
    }
    expect(letter.text).toMatch(/^Hello Eve\ufffd,/)
  })

  it('keeps the joiners that names and emoji are written with', () => {
    const name = 'می‌خواهم 👩‍💻'
    expect(renderLetter(reset, someVariables({ name }), SECRET).text).toContain(`Hello ${name},`)
  })

  it('is not a template itself', () => {
    const name = '{{ secret }}{% include "/etc/passwd" %}'
    expect(renderLetter(reset, someVariables({ name }), SECRET).text).toContain(`Hello ${name},`)
  })

  it('cannot pretend to be a slot of the compiled letter', () => {
    const name = '\ufdd02\ufdd1'
    const { text } = renderLetter(reset, someVariables({ name, sender: name }), SECRET)
    expect(text).toMatch(/^Hello 2,/)
    expect(text.split(SECRET)).toHaveLength(2)
  })
})

describe('a subject', () => {
  const subjectOf = (subject: string, name = 'Alice') =>
    renderLetter(anOverride({ subject }), someVariables({ name }), SECRET).subject

  it('is one line, whatever stands in the template', () => {
    expect(subjectOf('\n  A letter\r\n\tfor {{ name }}\u2028 \n')).toBe('A letter for Alice')
  })

  it('has at most 200 characters and no half of one', () => {
    const subject = subjectOf('{{ name }}', '😀'.repeat(300))
    expect([...subject]).toHaveLength(200)
    expect(subject.isWellFormed()).toBe(true)
    expect(subject.endsWith('😀…')).toBe(true)
  })

  it('is one inert line of at most 200 characters for any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300, size: 'max' }), (name) => {
        const subject = subjectOf('For {{ name }}', name)
        expect(subject).toBe(inertLine(subject))
        expect(subject).not.toMatch(/[\r\n]| {2}| $/)
        expect([...subject].length).toBeLessThanOrEqual(200)
      }),
    )
  })

  it('never holds the secret: mail servers log it and locked phones show it', () => {
    const letter = renderLetter(anOverride({ subject: 'Your password: {{ secret }}' }), someVariables(), SECRET)
    expect(letter.subject).toBe('Your temporary password')
    expect(letter.fallback).toContain('subject')
  })
})

describe('the same letter', () => {
  it('is rendered again the same, whatever was rendered in between', () => {
    const template = anOverride({
      text: '{% if hours > 2 %}{{ sender }}{% endif %} {{ name }} {{ secret }} {{ hours }}',
    })
    const value = fc.string({ unit: 'grapheme' })
    const variables = fc.record({
      username: value,
      name: value,
      sign_in_url: fc.constantFrom('', 'https://a.example'),
      hours: fc.integer({ min: 1, max: 24 }),
      sender: value,
    })
    fc.assert(
      fc.property(variables, variables, (mine, other) => {
        const once = renderLetter(template, mine, SECRET)
        renderLetter(template, other, 'zzzz-zzzz')
        expect(renderLetter(template, mine, SECRET)).toEqual(once)
      }),
    )
  })
})

describe('an operator’s template that breaks for one person only', () => {
  const broken = anOverride({
    text: '{{ secret }}{% if username == "bob" %}{{ name.nothing }}{% endif %}',
  })

  it('is used for the others', () => {
    expect(renderLetter(broken, someVariables(), SECRET)).toMatchObject({ text: SECRET, fallback: null })
  })

  it('gives way to the built-in letter, which still brings the password', () => {
    const letter = renderLetter(broken, someVariables({ username: 'bob' }), SECRET)
    expect(letter).toEqual({
      ...renderLetter(reset, someVariables({ username: 'bob' }), SECRET),
      fallback:
        'The built-in letter stands in for the text template of reset-password (en): an undefined variable at line:1.',
    })
  })

  it('does not betray the secret in the reason', () => {
    const telling = anOverride({ html: '{{ secret }}{% assign s = secret | upcase %}{{ [s] }}' })
    const { fallback } = renderLetter(telling, someVariables(), SECRET)
    expect(fallback).toContain('html')
    expect(fallback?.toLowerCase()).not.toContain(SECRET)
  })

  it('gives way too when it hides the password from that person', () => {
    const hiding = anOverride({ html: '{% unless username == "bob" %}{{ secret }}{% endunless %}' })
    const letter = renderLetter(hiding, someVariables({ username: 'bob' }), SECRET)
    expect(letter.html).toContain(SECRET)
    expect(letter.fallback).toContain('it does not show {{ secret }}')
  })
})
