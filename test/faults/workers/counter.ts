// Counts up in transactions, in groups of random size, until it is killed or has made enough of them.
// Arguments: data directory, seed, name, transactions (0: for ever), "fold" to fold now and then.
// Tells on standard output "ack NUMBER" for each that is durable, and "fold" and "folded" around a fold.
import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { systemClock } from '../../../src/core/host/clock.ts'
import { EmbeddedStore } from '../../../src/core/store/embedded/embedded-store.ts'
import { StoreError } from '../../../src/core/store/error.ts'
import { anUnknownSetting } from '../../support/builders.ts'
import { countUp } from '../counting.ts'
import { randomFrom } from '../random.ts'

// Killed, it would leave nothing of this to the next.
flushCompileCache()
const [data = '', seed = '', name = '', transactions = '0', folding = ''] = process.argv.slice(2)
const random = randomFrom(Number(seed))
const goal = Number(transactions) || Number.POSITIVE_INFINITY
const tell = (line: string) => writeSync(1, `${line}\n`)

async function count(): Promise<void> {
  const store = await EmbeddedStore.open(data, { clock: systemClock })
  // As a daemon that starts.
  if (folding === 'fold') await store.recover()
  for (let made = 0; made < goal; ) {
    const size = Math.min(1 + random(20), goal - made)
    await Promise.all(Array.from({ length: size }, async () => tell(`ack ${await countUp(store, name)}`)))
    made += size
    if (folding === 'fold' && random(6) === 0) {
      tell('fold')
      await store.fold()
      tell('folded')
    }
  }
  await store.transact({ name, uid: 0, door: 'command line', address: null }, 'worker.end', async (tx) =>
    tx.put('setting', anUnknownSetting(`${name} has ended`)),
  )
  await store.close()
}

// A disk that fails is what some tests want; the number of the exit status is of sysexits(3).
await count().catch((error: unknown) => {
  if (!(error instanceof StoreError)) throw error
  process.exit(74)
})
