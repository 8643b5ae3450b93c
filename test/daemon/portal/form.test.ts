import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFormType, parseForm } from '../../../src/daemon/portal/form.ts'

describe('a form', () => {
  it('gives back whatever a browser sent, exactly', () => {
    const text = fc.string({ unit: 'binary' }).filter((typed) => typed.isWellFormed())
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name }), (pairs) => {
        expect([...(parseForm(new URLSearchParams(pairs).toString()) ?? [])]).toEqual(pairs)
      }),
    )
  })

  it.each(['a=%', 'a=%zz', 'a=%ED%A0%80', 'a=%C3', 'a=1&a=2', '%FF=1'])('that is %s is refused', (body) => {
    expect(parseForm(body)).toBeNull()
  })

  it('may lack anything', () => {
    expect(parseForm('')).toEqual(new Map())
    expect(parseForm('a&&b=')).toEqual(
      new Map([
        ['a', ''],
        ['b', ''],
      ]),
    )
  })

  it('keeps __proto__ a name like any other', () => {
    expect(parseForm('__proto__=x')?.get('__proto__')).toBe('x')
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
  })

  it('has its own type, and text in UTF-8', () => {
    expect(isFormType('application/x-www-form-urlencoded')).toBe(true)
    expect(isFormType('application/x-www-form-urlencoded; charset=UTF-8')).toBe(true)
    for (const type of [undefined, '', 'text/plain', 'application/x-www-form-urlencoded-not', 'application/json'])
      expect(isFormType(type)).toBe(false)
  })
})
