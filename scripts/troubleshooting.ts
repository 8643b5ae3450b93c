// docs/troubleshooting.md: each story is what the real programs print, told by a script that makes it happen.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { PAGE_PORTS, PASSWORD, Scene } from './troubleshooting-scene.ts'
import { symptoms } from './troubleshooting-symptoms.ts'
import type { Answer } from './typed-terminal.ts'

const GMAIL =
  '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials a1-20020a05600c000100b003 - gsmtp'

/** One thing that goes wrong, from the failure to the letter's arrival. */
export interface Story {
  readonly title: string
  readonly tell: () => Promise<readonly string[]>
}

const YES: Answer = { prompt: '[y/N]', answer: 'y' }

async function wrongPassword(): Promise<readonly string[]> {
  let right = false
  await using scene = await Scene.set({ AUTH: () => (right ? '235 2.7.0 Accepted' : GMAIL) }, () => ({}))
  await scene.type('postern users reset ann --now')
  await scene.until((_, queue) => queue === 'paused')
  await scene.type('postern users reset bob --now')
  await scene.type('postern tasks list')
  const failure = scene.shown()
  await scene.type('postern mail status')
  const why = scene.shown()
  await scene.type('postern log show {2}')
  const log = scene.shown()
  right = true
  await scene.type('postern settings set SERVICE_MAIL_PASSWORD', { prompt: 'SERVICE_MAIL_PASSWORD:', answer: PASSWORD })
  await scene.until(({ arrived }) => arrived === 1)
  await scene.type('postern tasks redo {1}', YES)
  await scene.until(({ arrived }) => arrived === 2)
  await scene.type('postern tasks list')
  return [
    'One letter met the wrong password and failed. The queue paused at once, so that the others wait unharmed and the account is not locked for too many wrong sign-ins:',
    failure,
    '`postern mail status` says why, and which settings mend it:',
    why,
    'The mail log has every word that was said; the password is in none of them:',
    log,
    'Enter the right one. Saving it has the daemon sign in at once: that succeeds, the queue opens and what was held leaves. What failed is yours to redo:',
    scene.shown(),
    'Gmail wants an *app password* here, never the password of the account itself. The same story with 534-5.7.9 means just that.',
  ]
}

async function wrongPort(): Promise<readonly string[]> {
  await using scene = await Scene.set({}, ({ closedPort }) => ({ SERVICE_MAIL_PORT: closedPort }))
  await scene.type('postern users reset ann --now')
  await scene.until((_, queue) => queue === 'unreachable')
  await scene.type('postern mail status')
  await scene.type('postern tasks list')
  const failure = scene.shown()
  await scene.type(`postern settings set SERVICE_MAIL_PORT=${PAGE_PORTS.server}`)
  await scene.until(({ arrived }) => arrived === 1)
  await scene.type('postern tasks list')
  return [
    'Nothing has failed: a server that cannot be reached is no letter’s fault. All letters wait, and one prober knocks after 1, 2, 4, 8, 15, 15 … minutes:',
    failure,
    'Set the right port (587 for `smtp`, 465 for `smtps`). Saving it probes at once, and what waits leaves by itself. There is nothing to redo:',
    scene.shown(),
    'If the port is right, the way there is blocked: many providers close ports 25 and 587 to the outside. `postern mail resume` probes at once when it has been opened.',
  ]
}

async function wrongTls(): Promise<readonly string[]> {
  await using scene = await Scene.set({}, () => ({ SERVICE_MAIL_PROTOCOL: 'smtps' }))
  await scene.type('postern users reset ann --now')
  await scene.until((_, queue) => queue === 'paused')
  await scene.type('postern tasks show {1}')
  const failure = scene.shown()
  await scene.type('postern mail check --set SERVICE_MAIL_PROTOCOL=smtp')
  const check = scene.shown()
  await scene.type('postern settings set SERVICE_MAIL_PROTOCOL=smtp')
  await scene.until((_, queue) => queue === 'open')
  await scene.type('postern tasks redo {1}', YES)
  await scene.until(({ arrived }) => arrived === 1)
  await scene.type('postern tasks list')
  return [
    '`smtps` speaks TLS from the first byte, which is usual on port 465; `smtp` begins in clear and goes over to TLS by STARTTLS, as on port 587. Here `smtps` meets a port for `smtp`:',
    failure,
    'Try the likely fix out first. The check goes the way of a letter up to the recipient, sends none and saves nothing:',
    check,
    'It goes through: save it, and redo the one letter that failed:',
    scene.shown(),
    'The other way round, `smtp` on port 465, both sides wait for the other to speak: after 30 seconds Postern says *The server never greeted*, and `SERVICE_MAIL_PROTOCOL=smtps` mends it. Turning SERVICE_MAIL_TLS off mends neither: Postern does not send a password in clear to another machine.',
  ]
}

async function unknownHost(): Promise<readonly string[]> {
  await using scene = await Scene.set({}, () => ({ SERVICE_MAIL_HOST: 'smtp.exmaple.invalid' }))
  await scene.type('postern users reset ann --now')
  await scene.until((_, queue) => queue === 'unreachable')
  await scene.type('postern mail status')
  const failure = scene.shown()
  await scene.type('postern settings set SERVICE_MAIL_HOST=127.0.0.1')
  await scene.until(({ arrived }) => arrived === 1)
  await scene.type('postern tasks list')
  return [
    'The name has a slip in it. Again nothing has failed; the letter waits:',
    failure,
    'Correct the name, and the letter leaves:',
    scene.shown(),
    'If the name is right, this machine cannot resolve it: `getent hosts NAME` asks the same resolver that Postern asks.',
  ]
}

async function fullMailbox(): Promise<readonly string[]> {
  let full = true
  const reply = '452 4.2.2 The email account that you tried to reach is over quota.'
  await using scene = await Scene.set({ RCPT: () => (full ? reply : '250 2.1.5 Ok') }, () => ({}))
  await scene.type('postern users reset ann --now')
  await scene.untilTried(1)
  await scene.type('postern log list --to ann@example.net')
  await scene.type('postern log show {2}')
  const failure = scene.shown()
  full = false
  await scene.type('postern tasks redo {1}', YES)
  await scene.until(({ arrived }) => arrived === 1)
  await scene.type('postern tasks list')
  return [
    'No setting of yours is wrong: the server would take the letter, but the mailbox of this one person is full. Others’ letters go on. This one is tried again after 1, 5, 15, 60 … minutes, for SERVICE_MAIL_RETRY_HOURS:',
    failure,
    'Reach the person by another way. When the mailbox has room again, redo tries at once; for a letter that waits it brings no new secret:',
    scene.shown(),
  ]
}

export const STORIES: readonly Story[] = [
  {
    title: 'Wrong password',
    tell: wrongPassword,
  },
  { title: 'Wrong port', tell: wrongPort },
  {
    title: 'Wrong TLS mode',
    tell: wrongTls,
  },
  { title: 'Unknown host', tell: unknownHost },
  { title: 'Full mailbox', tell: fullMailbox },
]

/** A story with its heading. The programs must have been built. */
export async function told({ title, tell }: Story): Promise<string> {
  return [`## ${title}`, ...(await tell())].join('\n\n')
}

/** The whole page. */
export async function troubleshootingPage(): Promise<string> {
  execFileSync(process.execPath, [join(import.meta.dirname, 'build.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] })
  const stories: string[] = []
  for (const story of STORIES) stories.push(await told(story))
  return `${[symptoms(), ...stories].join('\n\n')}\n`
}
