import { passwordRefusalWords } from '../../../core/domain/password.ts'
import type { Task } from '../../../core/domain/task.ts'
import { inert, inertLines } from '../../../core/text/inert.ts'
import { changePassword } from '../../../core/usecases/portal/change-password.ts'
import { signIn } from '../../../core/usecases/portal/sign-in.ts'
import { type ReadLetter, readLetter, temporaryPasswordIn } from '../letter.ts'
import { randomPassword } from '../sandbox.ts'
import { awaited, insist, type Stage } from './stage.ts'

/** Step: the caught letter is read; its temporary password opens the one door to a new password. */
export async function wayInStep(stage: Stage, task: Task): Promise<void> {
  const { teller, sandbox } = stage
  const { context, keys } = sandbox.house
  teller.step('The letter lets its reader back in')
  const [caught] = sandbox.catcher.lettersTo(task.to)
  insist(stage, caught !== undefined && task.user !== null, `there is no letter to ${task.to}`)
  const { username } = task.user
  const letter = await readLetter(caught.message)
  const temporary = temporaryPasswordIn(letter.text)
  insist(stage, temporary !== null, 'there is no temporary password in the letter')
  show(stage, letter, temporary)

  const enter = (password: string) => signIn(context, keys, username, password)
  const attempt = async (password: string) => (await enter(password)).kind
  const wrong = await attempt(`${temporary.slice(0, -1)}${temporary.endsWith('0') ? '1' : '0'}`)
  insist(stage, wrong === 'refused', `with one symbol wrong the sign-in was not refused (${wrong})`)
  const right = await enter(temporary)
  insist(stage, right.kind === 'must-change-password', `it does not lead to a new password (${right.kind})`)
  const { session } = right
  const kept = await changePassword(context, keys, { session, present: null, next: temporary })
  insist(stage, kept.kind === 'refused', `the temporary password could be kept (${kept.kind})`)
  teller.say(
    `${inert(username)} signs in with one symbol wrong: ${wrong}.`,
    `${inert(username)} signs in with the temporary password: ${right.kind}.`,
    `Keeping it is refused: it ${passwordRefusalWords(kept.refusal)}.`,
  )

  const chosen = randomPassword()
  const changed = await changePassword(context, keys, { session, present: null, next: chosen })
  insist(stage, changed.kind === 'done', `a new password could not be set (${changed.kind})`)
  const [dead, alive] = [await attempt(temporary), await attempt(chosen)]
  insist(stage, dead === 'refused', `the temporary password still works (${dead})`)
  insist(stage, alive === 'signed-in', `the new password does not work (${alive})`)
  teller.say(`A new password is set. The temporary one: ${dead}. The new one: ${alive}.`)
  await tellNotice(stage, task, [temporary, chosen])
}

/** The letter's head and its text down to the temporary password. */
function show({ teller }: Stage, { from, to, subject, text }: ReadLetter, temporary: string): void {
  const lines = text.trimEnd().split(/\r?\n/)
  const end = lines.findIndex((line) => line.includes(temporary)) + 1
  const shown = inertLines(lines.slice(0, end).join('\n'))
  const rest = lines.length - end
  teller.say(
    `| From: ${inert(from)}`,
    `| To: ${inert(to)}`,
    `| Subject: ${inert(subject)}`,
    '|',
    ...shown.map((line) => `| ${line}`),
    `| (${rest} more lines)`,
    '',
  )
}

/** Says that a notice of the change has come, having looked that it gives nothing away. */
async function tellNotice(stage: Stage, { to }: Task, secrets: readonly string[]): Promise<void> {
  const { teller, sandbox } = stage
  const { store } = sandbox.house
  const entry = await awaited(stage, async () => {
    const { items } = await store.mailLog({ limit: 10, to })
    return items.find(({ kind, outcome }) => kind === 'password-changed' && outcome === 'delivered') ?? null
  })
  const caught = sandbox.catcher.lettersTo(to).at(-1)
  insist(stage, entry !== null && caught !== undefined, 'no notice of the change has come')
  const notice = await readLetter(caught.message)
  insist(stage, notice.subject === entry.subject, `the latest letter is not the notice but "${notice.subject}"`)
  insist(stage, !secrets.some((secret) => notice.text.includes(secret)), 'the notice gives a password away')
  teller.say(`A notice without a secret has come: "${inert(notice.subject)}".`)
}
