import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { systemClock } from '../../src/core/host/clock.ts'
import { createStore } from '../../src/core/store/embedded/create.ts'
import { EmbeddedStore } from '../../src/core/store/embedded/embedded-store.ts'
import { needs, pathOf } from '../support/needs.ts'
import { allPages, temporaryDirectory } from '../support/store.ts'
import { countOfAll } from './counting.ts'
import { startWorker } from './process.ts'
import { randomFrom, SEED, seeded } from './random.ts'

const LOSSES = 25
const FILE_SYSTEMS = [
  { name: 'ext4', make: ['mkfs.ext4', '-q', '-F'], size: 64 * 2 ** 20 },
  { name: 'xfs', make: ['mkfs.xfs', '-q', '-f'], size: 320 * 2 ** 20 },
] as const
type FileSystem = (typeof FILE_SYSTEMS)[number]

const powerLoss = needs('root', 'tmpfs', 'xfs_io', 'mkfs.ext4')

/** A disk whose power can be cut: what was not synced by then is gone. */
function fragileDisk({ make: [mkfs, ...flags], size }: FileSystem) {
  const directory = temporaryDirectory()
  const [image, path] = [join(directory.path, 'image'), join(directory.path, 'disk')]
  writeFileSync(image, '')
  truncateSync(image, size)
  mkdirSync(path)
  const run = (program: string, ...args: string[]) => execFileSync(pathOf(program) ?? program, args, { stdio: 'pipe' })
  run(mkfs, ...flags, image)
  run('mount', '-o', 'loop', image, path)
  return {
    path,
    cutPower: () => run('xfs_io', '-x', '-c', 'shutdown', path),
    restart() {
      run('umount', path)
      run('mount', '-o', 'loop', image, path)
    },
    [Symbol.dispose]() {
      run('umount', '-l', path)
      directory[Symbol.dispose]()
    },
  }
}

async function loseAgainAndAgain(fileSystem: FileSystem, random: (below: number) => number): Promise<void> {
  using disk = fragileDisk(fileSystem)
  await createStore(disk.path)
  for (let loss = 0; loss < LOSSES; loss++) {
    using worker = startWorker('counter', [disk.path, String(random(2 ** 30)), 'worker', '0', 'fold'])
    for (let lines = 1 + random(60); lines > 0; lines--) await worker.next()
    for (let turns = random(300); turns > 0; turns--) await new Promise(setImmediate)
    // It dies first: a sync that is under way while the file system is shut down may say that it succeeded. A bare write
    // and fdatasync lost its last line so in 4 of 80 tries, on ext4 as on xfs.
    worker.child.kill('SIGKILL')
    while ((await worker.next()) !== null);
    await worker.ended
    disk.cutPower()
    const acks = worker.lines.filter((line) => line.startsWith('ack ')).map((line) => Number(line.slice(4)))
    disk.restart()
    const store = await EmbeddedStore.open(disk.path, { clock: systemClock })
    try {
      expect(await countOfAll(store), `loss ${loss}`).toBeGreaterThanOrEqual(Math.max(0, ...acks))
      const numbers = (await allPages((paging) => store.mailLog(paging), 1000)).map(({ subject }) => Number(subject))
      const count = await countOfAll(store)
      expect(numbers).toEqual(Array.from({ length: count }, (_, index) => count - index))
    } finally {
      await store.close()
    }
  }
}

powerLoss.describe('a power loss at a random moment, folds included (case 37)', () => {
  powerLoss.it(
    'takes nothing that was acknowledged, and leaves both logs whole',
    () =>
      seeded(async () => {
        const lanes = FILE_SYSTEMS.map((fileSystem, lane) => loseAgainAndAgain(fileSystem, randomFrom(SEED + lane)))
        await Promise.all(lanes)
      }),
    120_000,
  )
})
