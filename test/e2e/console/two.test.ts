import { expect, it } from 'vitest'
import { aConsole } from '../../tui/support/console.ts'
import { aStore } from './stage.ts'

it('two consoles on one store: what is done in one shows in the other', async () => {
  const house = await aStore()
  await house.addUsers(2, 'ann')
  const hers = await aConsole({ data: house.data, args: ['--page', 'users'] })
  const his = await aConsole({ data: house.data, args: ['--page', 'tasks'] })
  await hers.sees('ann1@example.org')
  await his.sees('No letter has been asked for yet')

  await hers.press('r').sees('One letter with a temporary password')
  await hers.press('y').sees('u undoes it')
  await his.sees(/> +.*· wait .*ann0@example\.org/)

  await his.press('c').sees('Cancel 1 letter?')
  await his.press('y').sees('- cancelled')
  await hers.press('3').sees(/- cancelled .*ann0@example\.org/)
})

it('two operators edit the same user: the second is told, sees both values, and loses nothing typed', async () => {
  const house = await aStore()
  await house.addUsers(1, 'ann')
  const hers = await aConsole({ data: house.data, args: ['--page', 'users'] })
  const his = await aConsole({ data: house.data, args: ['--page', 'users'] })
  for (const console of [hers, his]) {
    await console.sees('ann0@example.org')
    await console.press('e').sees('Edit ann0')
    await console.press('tab').sees(/> +Name/)
  }

  await hers.press('ctrl+u').paste('Anna Hers').press('ctrl+s').sees('ann0 is up to date.')
  await his.press('ctrl+u').paste('Anna His').press('ctrl+s').sees('Changed meanwhile: nothing was saved.')
  await his.sees('changed meanwhile to Anna Hers (Ctrl-T takes that)')
  await his.sees(/mine is\s+Anna His/)
  await his.sees(/>\* Name +Anna His/)
  expect(await house.store.userByUsername('ann0')).toMatchObject({ name: 'Anna Hers' })

  // Theirs can be taken, and mine typed and saved all the same.
  await his.press('ctrl+t').sees(/> +Name +Anna Hers/)
  await his.press('ctrl+u').paste('Anna of both').press('ctrl+s').sees('ann0 is up to date.')
  await hers.sees('Anna of both')
  expect(await house.store.userByUsername('ann0')).toMatchObject({ name: 'Anna of both' })
})
