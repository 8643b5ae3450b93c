import { describe, expect, it } from 'vitest'
import { readableAddress, spellings } from '../../../src/core/host/readable-address.ts'

describe('an address as a person reads it', () => {
  it.each([
    ['ann@example.org', 'ann@example.org'],
    ['Bjorn@xn--bcher-kva.example', 'Bjorn@bücher.example'],
    ['bjorn@bücher.example', 'bjorn@bücher.example'],
    ['user@mail.xn--r8jz45g.xn--zckzah', 'user@mail.例え.テスト'],
    // In front of the @ it is nothing but a name.
    ['xn--bcher-kva@example.org', 'xn--bcher-kva@example.org'],
    ['xn--bcher-kva.example', 'bücher.example'],
    // What stands for nothing stays as it is.
    ['ann@xn--a.example', 'ann@xn--a.example'],
  ])('%s reads %s', (address, readable) => {
    expect(readableAddress(address)).toBe(readable)
  })

  it('is looked for in both spellings where there are two', () => {
    expect(spellings('ann@example.org')).toBe('ann@example.org')
    expect(spellings('b@xn--bcher-kva.example')).toBe('b@xn--bcher-kva.example\nb@bücher.example')
  })
})
