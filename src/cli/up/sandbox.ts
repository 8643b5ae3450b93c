import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { EXIT, Stop } from '../../core/exit.ts'
import { type Certificate, makeCertificate } from '../../core/host/certificate.ts'
import { systemClock } from '../../core/host/clock.ts'
import { CATCHER_HOST, Catcher } from './catcher.ts'
import { type House, openHouse } from './house.ts'
import type { Print } from './tell.ts'

/** A house with a mail catcher for its mail server, in a directory of its own. */
export interface Sandbox extends AsyncDisposable {
  readonly house: House
  readonly catcher: Catcher
  /** What the catcher takes for a sign-in. */
  readonly password: string
  /** The PEM file of the authority that issued the catcher's certificate. */
  readonly authority: string
  /** Whether its directory goes when it is disposed of. */
  readonly temporary: boolean
}

const CATCHER_USER = 'postern@sandbox.example'
const CERTIFICATE_DAYS = 2
/** A heartbeat may be under way: what it leaves is removed at the next try. */
const REMOVALS = 5

/**
 * Makes a sandbox in a new temporary directory, or in `data`, which must be empty or not there yet: the settings of a
 * store that is in use are not to be pointed at a mail catcher.
 * @throws Stop when the directory cannot be used.
 */
export async function makeSandbox(data: string | undefined, warn: Print): Promise<Sandbox> {
  // Undone from the last to the first: the daemon says goodbye to the catcher, then the directory goes.
  await using made = new AsyncDisposableStack()
  const directory = data === undefined ? temporaryDirectory(made) : emptyDirectory(data)
  const password = randomPassword()
  const authority = await makeAuthority()
  const catcher = await startCatcher(authority, password)
  made.defer(() => catcher.close())
  const house = made.use(await openHouse(directory, warn))
  const file = join(directory, 'sandbox-ca.pem')
  writeFileSync(file, authority.certificate)
  const kept = made.move()
  return {
    house,
    catcher,
    password,
    authority: file,
    temporary: data === undefined,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** 120 random bits, as nobody would type them. */
export const randomPassword = (): string => randomBytes(15).toString('base64url')

function temporaryDirectory(made: AsyncDisposableStack): string {
  const directory = orStop(
    () => mkdtempSync(join(tmpdir(), 'postern-sandbox-')),
    `No directory can be made in ${tmpdir()}: set TMPDIR to another one, or name one with --data`,
  )
  const remove = () => rmSync(directory, { recursive: true, force: true, maxRetries: REMOVALS })
  // However this process ends: whoever reads what it prints may close the pipe.
  process.once('exit', remove)
  made.defer(() => {
    remove()
    process.off('exit', remove)
  })
  return directory
}

/** What `attempt` gives, or a Stop that says `what` failed, with the system's code. */
function orStop<Result>(attempt: () => Result, what: string): Result {
  try {
    return attempt()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    throw new Stop(EXIT.failed, `${what} (${code}).`)
  }
}

function emptyDirectory(data: string): string {
  const directory = resolve(data)
  if (entriesOf(directory).length === 0) return directory
  throw new Stop(EXIT.config, `${directory} is not empty: a sandbox is made in a new or empty directory, name another.`)
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    // Not there yet; or else the store will say what is wrong with it.
    return []
  }
}

const makeAuthority = () =>
  makeCertificate({
    commonName: 'Postern sandbox authority',
    hosts: [],
    days: CERTIFICATE_DAYS,
    now: systemClock.wall(),
    authority: true,
  })

async function startCatcher(issuer: Certificate, password: string): Promise<Catcher> {
  const certificate = await makeCertificate({
    commonName: 'Postern mail catcher',
    hosts: [CATCHER_HOST],
    days: CERTIFICATE_DAYS,
    now: systemClock.wall(),
    issuer,
  })
  return Catcher.start({ certificate, username: CATCHER_USER, password, now: systemClock.wall })
}
