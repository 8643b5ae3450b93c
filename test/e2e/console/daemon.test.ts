import { expect, it } from 'vitest'
import { plainServer } from '../../support/posternd.ts'
import { aConsole } from '../../tui/support/console.ts'
import { aDaemon, aScriptedServer, aStore } from './stage.ts'

const BANNER = 'No daemon is running: letters wait until posternd is started.'

it('the daemon is killed and comes back: a banner tells of it, and the letter that waited leaves', async () => {
  const server = await aScriptedServer({})
  const house = await aStore()
  await house.addUsers(1, 'ann')
  await house.set(plainServer(server.port))
  const daemon = await aDaemon(house)
  const console = await aConsole({ data: house.data, args: ['--page', 'users'] })
  await console.sees('daemon ●')
  await console.sees('ann0@example.org')

  daemon.kill('SIGKILL')
  await daemon.ended
  await console.sees(BANNER)
  await console.sees('no daemon ○')

  // One may ask for letters all the same, and is told what becomes of them.
  await console.press('r').sees('One letter with a temporary password')
  await console.press('y').sees('is due at')
  await console.press('3').sees('· wait')
  await console.press('s').sees('Send 1 letter now?')
  await console.press('y').sees('· wait due')
  await console.press('1').sees('✗ No daemon is running.')
  expect(server.letters).toEqual([])

  await aDaemon(house)
  await console.sees('daemon ●')
  await console.press('3').sees('✓ carry out')
  await console.sees((screen) => !screen.join('\n').includes(BANNER))
  expect(server.letters).toHaveLength(1)
})
