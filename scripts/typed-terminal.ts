// What a command prints on a terminal, when somebody sits there and answers it.
import { spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'

const COLUMNS = 110
const ROWS = 400

/** What is typed, as soon as the prompt has come. */
export interface Answer {
  readonly prompt: string
  readonly answer: string
}

/** Runs a program in a terminal of 110 columns; resolves to what is left on its screen, long lines whole. */
export function inTerminal(
  program: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv,
  typed?: Answer,
): Promise<string> {
  const [file, ...args] = program
  const screen = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true })
  const child = spawn(file, args, { cols: COLUMNS, rows: ROWS, env: { ...process.env, ...environment, NO_COLOR: '1' } })
  let left = typed
  let shown = ''
  child.onData((data) => {
    screen.write(data)
    shown += data
    if (left !== undefined && shown.includes(left.prompt)) {
      child.write(`${left.answer}\r`)
      left = undefined
    }
  })
  return new Promise((resolve) => {
    child.onExit(() => screen.write('', () => resolve(textOf(screen))))
  })
}

function textOf({ buffer: { active } }: xterm.Terminal): string {
  let text = ''
  for (let row = 0; row < active.length; row++) {
    const line = active.getLine(row)
    if (line === undefined) break
    const wrapped = active.getLine(row + 1)?.isWrapped ?? false
    text += line.translateToString(!wrapped) + (wrapped ? '' : '\n')
  }
  return text.replace(/[ \t]+$/gm, '').trimEnd()
}
