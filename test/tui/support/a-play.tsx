// A small program on the real stage: what a test of the terminal needs of a console, and nothing else.
import { Box, Text, useWindowSize } from 'ink'
import { useReducer } from 'react'
import { inert } from '../../../src/core/text/inert.ts'
import type { Press } from '../../../src/tui/input/press.ts'
import { session } from '../../../src/tui/session.ts'
import type { Stage } from '../../../src/tui/terminal/stage.tsx'

interface State {
  readonly row: number
  readonly pressed: readonly string[]
}

const word = (press: Press): string =>
  press.kind === 'key' ? `<${press.key}>` : press.kind === 'text' ? press.text : `[${press.text}]`

function next({ row, pressed }: State, press: Press): State {
  const down = press.kind === 'text' && press.text === 'j' ? 1 : press.kind === 'text' && press.text === 'k' ? -1 : 0
  return { row: Math.max(0, row + down), pressed: [...pressed, word(press)].slice(-20) }
}

let listening = false

function List({ stage }: { readonly stage: Stage }) {
  const { rows } = useWindowSize()
  const [{ row, pressed }, press] = useReducer(next, { row: 0, pressed: [] })
  if (pressed.at(-1) === 'e') throw new Error('the list broke')
  if (!listening) {
    listening = true
    queueMicrotask(() => stage.listen((each) => obey(stage, each, press)))
  }
  const top = Math.max(0, row - (rows - 3))
  return (
    <Box width="100%" height={rows} flexDirection="column">
      <Text wrap="truncate">a list of many rows</Text>
      {Array.from({ length: rows - 2 }, (_, at) => top + at).map((at) => (
        <Text key={at} wrap="truncate" inverse={at === row}>
          {at === row ? '> ' : '  '}row {at} {'and what it says '.repeat(20)}
        </Text>
      ))}
      <Text wrap="truncate">pressed {inert(pressed.join(' '))}</Text>
    </Box>
  )
}

function obey(stage: Stage, each: Press, press: (each: Press) => void): void {
  switch (word(each)) {
    case 'q':
    case '<ctrl+c>':
      stage.end()
      return
    case '<ctrl+z>':
      stage.suspend()
      return
    case '<ctrl+l>':
      stage.redraw()
      return
    case 'x':
      return void process.exit(3)
    case 't':
      setTimeout(() => {
        throw new Error('a timer broke')
      })
      return
    case 'p':
      return void Promise.reject(new Error('a promise broke'))
    case 'y':
      stage.copy(inert('ann@example.org'))
      return
    case 'h':
      // Whatever is still to be closed never is.
      hanging = true
      stage.end()
      return
    default:
      press(each)
  }
}

function readAloud(stage: Stage): void {
  const say = (line: string) => stage.say([inert(line)], () => say('said again'))
  say('pressed')
  stage.listen((each) => obey(stage, each, (pressed) => say(word(pressed))))
}

let hanging = false
const screenReader = process.argv.includes('--read-aloud')
process.stdin.setRawMode(true)
const wait = process.argv.includes('--slowly') ? 300 : 0
await new Promise((resolve) => setTimeout(resolve, wait))
const { status, error } = await session(
  { stdin: process.stdin, stdout: process.stdout },
  { title: inert('a play'), terminal: process.env.TERM ?? null, screenReader },
  async (stage) => {
    if (stage.isReadAloud) readAloud(stage)
    else stage.show(<List stage={stage} />)
    return () => (hanging ? new Promise(() => {}) : Promise.resolve())
  },
)
if (error !== undefined) console.error(error instanceof Error ? error.message : error)
process.exit(status)
