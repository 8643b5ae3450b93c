// Which of its two programs `postern` is this time: the console or the command line.

/** The console's options and whether a value follows; src/tui/options.ts says what they mean. */
const OPTIONS = new Map([
  ['--data', true],
  ['--page', true],
  ['--filter', true],
  ['--id', true],
  ['--read-only', false],
  ['--ascii', false],
  ['--no-color', false],
])

/**
 * Whether these arguments are the console's: there is no sub-command among them, and no option that is not its own.
 * Without a terminal the command line answers, and prints its help, unless an option was given that only the console has.
 */
export function wantsConsole(argv, isTerminal) {
  let onlyItsOwn = false
  for (let at = 0; at < argv.length; at++) {
    const [name] = argv[at].split('=', 1)
    const takesValue = OPTIONS.get(name)
    if (takesValue === undefined) return false
    if (takesValue && name === argv[at]) at++
    if (name !== '--data') onlyItsOwn = true
  }
  return isTerminal || onlyItsOwn
}
