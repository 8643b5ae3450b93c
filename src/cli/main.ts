import { EXIT } from '../core/exit.ts'
import { commandLine } from './command-line.ts'
import { systemIo } from './io.ts'

const io = systemIo()

process.stdout.on('error', (error) => {
  // A reader that has seen enough (`| head`) closes the pipe: nobody is left to tell anything.
  if ('code' in error && error.code === 'EPIPE') process.exit()
  io.complain(
    `postern: Standard output cannot be written (${error.message}). What was to be changed may be changed all the same.`,
  )
  process.exit(EXIT.io)
})

process.exitCode = await commandLine(process.argv.slice(2), io)
// What is still open (a watcher of the store) must not keep a command that is done.
process.exit()
