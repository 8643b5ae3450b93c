import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HTML_ENGINE, TEXT_ENGINE } from '../../../src/core/letters/engine.ts'
import { compilePart, type PartValues } from '../../../src/core/letters/part.ts'

const bare = [
  '{{ name }}',
  '{{username}}',
  '{{- name -}}',
  '{{ secret }}',
  ' ',
  '\n',
  'Hello, ',
  '<b>',
  "it's \\ [x] ..",
]
const conditions = [
  '{% if sender != "" %}{{ sender }} {{ name }}{% else %}{{ secret }}{% endif %}',
  '{% unless hours == 1 %}{{ hours }}{% endunless %}',
  '{%- if sign_in_url == blank -%} {{ username }} {%- elsif hours > 3 -%} {{ sign_in_url | upcase }} {%- endif -%}',
]
/** What must not take the short way: it reaches a slot other than by a bare output. */
const roundabout = [
  '{{ name | upcase }}',
  '{{ name.size }}',
  '{{ [sender] }}{{ [sender] | size }}',
  '{{ ["n\\u0061me"] | size }}',
  '{% if name == "<" %}{{ name }}{% endif %}',
  '{% assign x = name %}{{ x | append: "<" }}',
  '{% capture x %}{{ name }}{% endcapture %}{{ x | size }}',
  '{% raw %}{{ name }}{% endraw %}',
  '{% comment %}{{ name }}{% endcomment %}',
  '{% case name %}{% when "a" %}{{ secret }}{% endcase %}',
  '{{ "}}" | append: name }}',
  "{{ '{{ name }}' }}",
  '{{ missing }}',
  '\ufdd01\ufdd1',
]
const source = (fragments: string[]) =>
  fc.array(fc.constantFrom(...fragments), { maxLength: 8, size: 'max' }).map((f) => f.join(''))
const value = fc.oneof(fc.constantFrom('name', 'secret', '', '<', '&amp;', '"\''), fc.string({ unit: 'grapheme' }))
const values: fc.Arbitrary<PartValues> = fc.record({
  username: value,
  name: value,
  sign_in_url: fc.constantFrom('', 'https://a.example/?a=1&b=2'),
  hours: fc.integer({ min: 1, max: 5 }),
  sender: value,
  secret: fc.constantFrom('abcd-efgh', '[secret hidden]'),
})

const outcome = (work: () => unknown) => {
  try {
    return work()
  } catch {
    return 'refused'
  }
}

describe('the compiled short way', () => {
  it.each([
    ['text', TEXT_ENGINE, false, bare.concat(conditions)],
    ['HTML', HTML_ENGINE, true, bare.concat(conditions)],
    ['text that goes roundabout', TEXT_ENGINE, false, bare.concat(conditions, roundabout)],
    ['HTML that goes roundabout', HTML_ENGINE, true, bare.concat(conditions, roundabout)],
  ] as const)('gives what Liquid gives, in %s', (_, engine, escaped, fragments) => {
    fc.assert(
      fc.property(source([...fragments]), fc.array(values, { minLength: 1, maxLength: 4 }), (liquid, letters) => {
        const part = compilePart(engine, liquid, escaped)
        for (const letter of letters) {
          expect(outcome(() => part.text(letter))).toEqual(outcome(() => engine.parseAndRenderSync(liquid, letter)))
        }
      }),
      { numRuns: 2000 },
    )
  })

  it.each(roundabout)('is not taken for %j', (liquid) => {
    const letter = {
      username: 'alice',
      name: 'Zoë <Z>',
      sign_in_url: '',
      hours: 1,
      sender: 'name',
      secret: 'abcd-efgh',
    }
    const part = outcome(() => compilePart(TEXT_ENGINE, liquid, false).text(letter))
    expect(part).toEqual(outcome(() => TEXT_ENGINE.parseAndRenderSync(liquid, letter)))
  })
})
