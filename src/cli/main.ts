import { endWithResults } from '../core/results.ts'
import { commandLine } from './command-line.ts'
import { systemIo } from './io.ts'

endWithResults('postern')
process.exitCode = await commandLine(process.argv.slice(2), systemIo())
// What is still open (a watcher of the store) must not keep a command that is done.
process.exit()
