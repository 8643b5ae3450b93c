import { commandLine } from './command-line.ts'
import { systemIo } from './io.ts'

// A reader that has seen enough (`| head`) closes the pipe: nobody is left to tell anything.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit()
  throw error
})

process.exitCode = await commandLine(process.argv.slice(2), systemIo())
// What is still open (a watcher of the store) must not keep a command that is done.
process.exit()
