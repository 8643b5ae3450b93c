import { describe, expect, it } from 'vitest'
import { inert } from '../../src/core/text/inert.ts'
import { textOf, wrapLine } from '../../src/tui/line.ts'

const wrapped = (text: string, width: number, indent = 0): readonly string[] =>
  wrapLine([{ text: inert(text, 1000) }], width, indent).map(textOf)

describe('a line that is too long', () => {
  it('is broken between words, and what goes on is indented', () => {
    expect(wrapped('one two three', 8, 2)).toEqual(['one two ', '  three'])
  })

  it('is broken within what is one word', () => {
    expect(wrapped('a'.repeat(10), 4)).toEqual(['aaaa', 'aaaa', 'aa'])
    expect(wrapped('一二三四五', 4)).toEqual(['一二', '三四', '五'])
  })

  it('begins no line with the sign that closes a Chinese sentence', () => {
    expect(wrapped('一二三。四五', 6)).toEqual(['一二', '三。四', '五'])
    expect(wrapped('一二三」。四', 6)).toEqual(['一二', '三」。', '四'])
  })
})
