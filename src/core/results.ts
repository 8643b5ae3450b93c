import { EXIT } from './exit.ts'

/**
 * Ends the program when what it says on standard output reaches nobody: at once and without a word when the reader has
 * seen enough (`| head`), else with one sentence on standard error.
 */
export function endWithResults(program: string): void {
  process.stdout.on('error', (error) => {
    if ('code' in error && error.code === 'EPIPE') process.exit()
    process.stderr.write(
      `${program}: Standard output cannot be written (${error.message}). What was to be changed may be changed all the same.\n`,
    )
    process.exit(EXIT.io)
  })
}
