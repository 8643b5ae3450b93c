import { describe, expect, it } from 'vitest'
import { checkTemplate } from '../../../src/core/letters/check.ts'
import { anOverride } from './builders.ts'

const whyOf = (html: string) => {
  const checked = checkTemplate(anOverride({ html }, 'test'))
  return checked.ok ? null : checked.why
}

describe('a template that would hang or betray the daemon', () => {
  it.each([
    ['a loop', '{% for i in (1..100000000) %}{% for j in (1..100000000) %}x{% endfor %}{% endfor %}', 'tag "for"'],
    ['a table', '{% tablerow i in (1..100000000) %}x{% endtablerow %}', 'tag "tablerow"'],
    ['another file', '{% include "/etc/passwd" %}', 'tag "include"'],
    ['another file, rendered', '{% render "/etc/passwd" %}', 'tag "render"'],
    ['another file as the layout', '{% layout "/etc/passwd" %}', 'tag "layout"'],
    ['a range', '{% if (1..100000000) contains 5 %}{% endif %}', 'ranges'],
    ['a range that liquidjs never finishes', '{{ (9007199254740992..9007199254740994) }}', 'ranges'],
    [
      'the same range, hidden by quotes',
      `{{ "..." | append: '..' | append: (9007199254740992..9007199254740994) }}`,
      'ranges',
    ],
    [
      'a text that doubles itself',
      `{% assign a = "aaaaaaaa" %}${'{% assign a = a | append: a %}'.repeat(40)}`,
      'memory alloc limit exceeded',
    ],
    [
      'a text that doubles itself by capture',
      `{% capture a %}aaaaaaaa{% endcapture %}${'{% capture a %}{{ a }}{{ a }}{% endcapture %}'.repeat(40)}{{ a }}`,
      'memory alloc limit exceeded',
    ],
    ['a replacement that explodes', `{% assign a = "${'a'.repeat(20_000)}" %}{{ a | replace: "a", a }}`, 'memory'],
    ['very deep nesting', `${'{% if 1 %}'.repeat(3000)}${'{% endif %}'.repeat(2900)}`, 'nested too deeply'],
    ['a prototype', '{{ name.constructor.constructor }}', 'undefined variable'],
    ['another prototype', '{{ __proto__ }}', 'undefined variable: __proto__'],
    ['unescaped output', '{{ name | raw }}', 'undefined filter: raw'],
    ['unescaped output by another tag', '{% cycle name, name %}', 'tag "cycle"'],
    ['what differs each time', '{{ "now" | date: "%s" }}', 'undefined filter: date'],
  ])('is refused: %s', (_, html, why) => {
    expect(whyOf(html)).toContain(why)
  })

  it('is bounded as plain text too, where nothing counts what is printed', () => {
    const doubling = `{% capture a %}aaaaaaaa{% endcapture %}${'{% capture a %}{{ a }}{{ a }}{% endcapture %}'.repeat(20)}{{ a }}`
    expect(checkTemplate(anOverride({ text: doubling }, 'test'))).toEqual({
      ok: false,
      part: 'text',
      why: 'the result is over 262144 characters',
    })
  })
})

describe('a template with a mistake', () => {
  it.each([
    ['a tag that is not closed', '{% if sender %}', 'not closed'],
    ['an unknown filter', '{{ name | shout }}', 'undefined filter: shout'],
    ['an unknown variable', '{{ nmae }}', 'undefined variable: nmae'],
    [
      'an unknown variable where no sample leads',
      '{% if hours == 7 %}{{ nmae }}{% endif %}',
      'undefined variable: nmae',
    ],
    ['the secret in a letter without one', '{{ secret }}', 'undefined variable: secret'],
  ])('is refused: %s', (_, html, why) => {
    expect(whyOf(html)).toContain(why)
  })

  it.each([
    ['subject', 'For {{ secret }}', 'undefined variable: secret'],
    ['subject', '{% if sender == "-" %}x{% endif %}', 'the subject is empty'],
    ['text', 'Hello {{ name }}', 'it does not show {{ secret }}'],
    ['html', '<p>{{ secret | upcase }}</p>', 'it does not show {{ secret }}'],
    ['html', '{% if sign_in_url != "" %}{{ secret }}{% endif %}', 'it does not show {{ secret }}'],
  ] as const)('is refused in the %s of a reset letter: %s', (part, source, why) => {
    const checked = checkTemplate(anOverride({ [part]: source }))
    expect(checked).toMatchObject({ ok: false, part })
    expect(checked.ok ? '' : checked.why).toContain(why)
  })
})

describe('a template that is right', () => {
  it.each([
    '<p>{{ name | upcase | truncate: 20, "..." }} has {{ hours | times: 60 }} minutes: {{ secret }}</p>',
    '{% assign who = name | default: username %}{{ who }} {{ secret }} {% # see above... %}',
    '{% case hours %}{% when 1 %}an hour{% else %}{{ hours }} hours{% endcase %} {{ secret }}',
    '{{ name | escape }}: {{ secret }}',
  ])('is taken: %s', (html) => {
    expect(checkTemplate(anOverride({ html }))).toMatchObject({ ok: true })
  })
})
