import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Actor } from '../../src/core/domain/actor.ts'
import type { UserId } from '../../src/core/domain/ids.ts'
import { isSecretSetting, type SettingName, type SettingValue } from '../../src/core/domain/setting.ts'
import type { Clock } from '../../src/core/domain/time.ts'
import { systemClock } from '../../src/core/host/clock.ts'
import { systemIds } from '../../src/core/host/random.ts'
import { createMasterKey } from '../../src/core/secrets/create-master-key.ts'
import type { MasterKeys } from '../../src/core/secrets/master-key.ts'
import { sealPublicKey, sealSetting } from '../../src/core/secrets/seal.ts'
import { createStore } from '../../src/core/store/embedded/create.ts'
import { EmbeddedStore } from '../../src/core/store/embedded/embedded-store.ts'
import type { Context } from '../../src/core/usecases/context.ts'
import { importUsers } from '../../src/core/usecases/import.ts'
import { setSettings } from '../../src/core/usecases/settings.ts'

const MAIN = join(import.meta.dirname, '../../src/daemon/main.ts')
const OPERATOR: Actor = { name: 'olga', uid: 1000, door: 'command line', address: null }

/** A line of the daemon's log. */
export interface LogLine {
  readonly msg: string
  readonly [field: string]: unknown
}

/** A `posternd` that was started for real. */
export interface RunningDaemon {
  readonly pid: number
  /** All it has logged, as text. */
  readonly output: () => string
  /** What it said on standard error. */
  readonly complaints: () => string
  /** The first log line, of those to come or of those that came, that `fits`. */
  logged(fits: (line: LogLine) => boolean): Promise<LogLine>
  kill(signal: NodeJS.Signals): void
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Starts `posternd` on a data directory, with more flags where given. */
export function startPosternd(data: string, flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): RunningDaemon {
  const child: ChildProcess = spawn(process.execPath, [MAIN, '--data', data, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const { stdout, stderr, pid } = child
  if (stdout === null || stderr === null || pid === undefined) throw new Error('posternd did not start')
  const lines: LogLine[] = []
  let output = ''
  let complaints = ''
  const waiting = new Set<(line: LogLine) => void>()
  createInterface(stdout).on('line', (text) => {
    output += `${text}\n`
    if (!text.startsWith('{')) return
    const line: LogLine = JSON.parse(text)
    lines.push(line)
    for (const tell of waiting) tell(line)
  })
  stderr.on('data', (bytes) => {
    complaints += String(bytes)
  })
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  return {
    pid,
    output: () => output,
    complaints: () => complaints,
    kill: (signal) => void child.kill(signal),
    ended,
    async logged(fits) {
      const known = lines.find(fits)
      if (known !== undefined) return known
      const found = Promise.withResolvers<LogLine>()
      const tell = (line: LogLine) => fits(line) && found.resolve(line)
      waiting.add(tell)
      const early = ended.then((status) => {
        throw new Error(`posternd ended (${status}) before it said what the test waits for:\n${output}${complaints}`)
      })
      try {
        return await Promise.race([found.promise, early])
      } finally {
        waiting.delete(tell)
        early.catch(() => undefined)
      }
    },
  }
}

/** A store in a directory of its own, as an operator's door has it. */
export interface House {
  readonly data: string
  readonly keys: MasterKeys
  readonly store: EmbeddedStore
  readonly context: Context
  set(settings: Partial<Record<SettingName, SettingValue>>): Promise<void>
  /** Adds users `prefix0`, `prefix1`, … with addresses at example.org. */
  addUsers(count: number, prefix?: string): Promise<readonly UserId[]>
  remove(): Promise<void>
}

/** Makes an empty house; its store goes by `clock`. */
export async function makeHouse(clock: Clock = systemClock): Promise<House> {
  const data = mkdtempSync(join(tmpdir(), 'postern-house-'))
  chmodSync(data, 0o750)
  const keys = await createMasterKey(data)
  await createStore(data)
  const store = await EmbeddedStore.open(data, { clock })
  const context: Context = { store, actor: OPERATOR, ids: systemIds }
  return {
    data,
    keys,
    store,
    context,
    async set(settings) {
      const changes = []
      for (const [name, value] of Object.entries(settings) as [SettingName, SettingValue][]) {
        const secret = isSecretSetting(name) && value !== ''
        changes.push({
          name,
          value: secret ? await sealSetting(await sealPublicKey(keys), name, String(value)) : value,
          version: null,
        })
      }
      const saved = await setSettings(context, changes)
      if (saved.kind !== 'done') throw new Error(`the settings were not saved: ${JSON.stringify(saved)}`)
    },
    async addUsers(count, prefix = 'user') {
      const rows = Array.from({ length: count }, (_, n) => ({
        line: n + 2,
        fields: {
          username: `${prefix}${n}`,
          email: `${prefix}${n}@example.org`,
          name: `User ${n}`,
          locale: n % 5 === 0 ? 'zh-TW' : 'en',
        },
      }))
      const imported = await importUsers(context, rows, false)
      if (imported.kind !== 'done') throw new Error(`the users were not imported: ${JSON.stringify(imported)}`)
      const ids: UserId[] = []
      for (const { fields } of rows) {
        const user = await store.userByUsername(fields.username)
        if (user !== undefined) ids.push(user.id)
      }
      return ids
    },
    async remove() {
      await store.close()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** The settings that send by a server on a loopback port without TLS and sign-in. */
export const plainServer = (port: number) =>
  ({
    SERVICE_MAIL_ENABLE: true,
    SERVICE_MAIL_AUTH: false,
    SERVICE_MAIL_TLS: false,
    SERVICE_MAIL_HOST: '127.0.0.1',
    SERVICE_MAIL_PORT: port,
    SERVICE_MAIL_FROM_ADDRESS: 'postern@example.org',
    SERVICE_MAIL_FROM_NAME: 'Accounts',
    SERVICE_SIGN_IN_URL: 'https://accounts.example.org/login',
  }) as const
