import { describe, expect, it } from 'vitest'
import { wrapped } from '../../src/cli/output/wrap.ts'

describe('a line that is too long for the terminal', () => {
  it('goes on below where its words began', () => {
    expect(wrapped('TCP    one two three four five six', 30, 7)).toEqual([
      'TCP    one two three four five',
      '       six',
    ])
    expect(wrapped('TCP    one two three four five six seven', 27, 7)).toEqual([
      'TCP    one two three four',
      '       five six seven',
    ])
  })

  it('is left as it is where it fits, where there is no terminal, and where there is no room to speak of', () => {
    expect(wrapped('TCP    one two', 80, 7)).toEqual(['TCP    one two'])
    expect(wrapped('TCP    one two three', null, 7)).toEqual(['TCP    one two three'])
    expect(wrapped('TCP    one two three', 19, 7)).toEqual(['TCP    one two three'])
  })

  it('keeps a long word whole, and counts the cells of wide ones', () => {
    const link = 'https://support.example.org/a/very/long/link'
    expect(wrapped(`see ${link} there`, 30, 0)).toEqual(['see', link, 'there'])
    expect(wrapped('中文字 中文字 中文字 中文字', 21, 0)).toEqual(['中文字 中文字 中文字', '中文字'])
  })
})
