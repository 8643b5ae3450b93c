// Runs the script of the fault tests and kills itself before its n-th call of the disk, or half way through it.
// Arguments: data directory, n, "before" or "half". Each transaction that ends is told on standard output.
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { systemClock } from '../../../src/core/host/clock.ts'
import { EmbeddedStore } from '../../../src/core/store/embedded/embedded-store.ts'
import { tellingDisk } from '../disk.ts'
import { runScript } from '../steps.ts'

// Killed, it would leave nothing of this to the next.
flushCompileCache()
const [data = '', at = '0', when = 'before'] = process.argv.slice(2)
const STDOUT = 1
let calls = 0

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  for (;;) {
    // The signal is on its way.
  }
}

const disk = tellingDisk({
  before(call) {
    calls++
    if (calls !== Number(at)) return
    writeSync(STDOUT, `${call}\n`)
    if (when === 'half' && /^(write|append) /.test(call)) throw new Error('half way')
    die()
  },
  half: true,
  afterHalf: die,
})
const store = await EmbeddedStore.open(data, { clock: systemClock, disk })
await runScript(store, (ending) => writeSync(STDOUT, `${JSON.stringify(ending)}\n`))
await store.close()
