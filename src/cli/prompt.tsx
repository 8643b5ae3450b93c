import { Box, render, Text, useApp, useInput } from 'ink'
import TextInput from 'ink-text-input'
import { useRef, useState } from 'react'
import { inert } from '../core/text/inert.ts'
import type { Question } from './io.ts'
import { obeyKeys } from './typed.ts'

/** Where a prompt reads and writes: a terminal at both ends. */
export interface PromptStreams {
  readonly stdin: NodeJS.ReadableStream
  readonly stderr: NodeJS.WritableStream
}

/** Asks for one line; null when Escape, Ctrl-C or Ctrl-D was pressed instead. */
export async function prompt(question: Question, { stdin, stderr }: PromptStreams): Promise<string | null> {
  let answer: string | null = null
  const answered = (line: string) => {
    answer = line
  }
  const { waitUntilExit } = render(<Prompt {...question} onAnswer={answered} />, {
    stdin,
    stdout: stderr,
    interactive: true,
    patchConsole: false,
  })
  await waitUntilExit()
  return answer
}

interface PromptProps extends Question {
  readonly onAnswer: (line: string) => void
}

function Prompt({ text, masked, onAnswer }: PromptProps) {
  const { exit } = useApp()
  const [value, setValue] = useState('')
  /** The value before the key that is being handled, and after it. */
  const before = useRef('')
  const after = useRef('')
  const change = (next: string) => {
    after.current = next
    setValue(next)
  }
  const submit = (line: string) => {
    onAnswer(line)
    exit()
  }
  const onChange = (next: string) => {
    const { line, end } = obeyKeys(next)
    if (end === 'entered') submit(line)
    else if (end === 'given-up') exit()
    else change(line)
  }
  // Heard behind the input field, which takes Ctrl-U for a "u".
  useInput((input, key) => {
    if (key.escape || (key.ctrl && input === 'd')) exit()
    else if (key.ctrl) change(input === 'u' ? '' : before.current)
    before.current = after.current
  })
  return (
    <Box>
      <Text>{inert(text, 500)} </Text>
      <TextInput value={value} onChange={onChange} onSubmit={submit} {...(masked ? { mask: '*' } : {})} />
    </Box>
  )
}
