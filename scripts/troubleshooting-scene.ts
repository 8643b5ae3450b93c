// The machine of docs/troubleshooting.md, on which something is wrong, and an operator at its terminal.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SettingName, SettingValue } from '../src/core/domain/setting.ts'
import { type Certificate, makeCertificate } from '../src/core/host/certificate.ts'
import { importUsers } from '../src/core/usecases/import.ts'
import { type House, makeHouse, type RunningDaemon, startPosternd } from '../test/support/posternd.ts'
import { freePort } from '../test/support/sink.ts'
import { type Script, type SmtpScript, startSmtpScript } from '../test/support/smtp-script.ts'
import { allPages } from '../test/support/store.ts'
import { type Answer, inTerminal } from './typed-terminal.ts'

const POSTERN = join(import.meta.dirname, '..', 'bin', 'postern.mjs')
/** The ports of the page: the server's, and one where nothing listens. As wide as those that the kernel gives. */
export const PAGE_PORTS = { server: '20587', nobody: '20025' }
/** The ids of the page, in the order in which tasks and attempts came about. */
const PAGE_IDS = [
  '7f3kq2m9xw4d8h1t',
  'c8vz1n5rb0e6j2ya',
  'x4t9gd7w3hm1pk5q',
  'm2b6sy8c0fn4vr3z',
  'h9k1ew5x7qj3td8g',
  'r0n4zc2v6ay8bm1p',
]
export const PASSWORD = 'correct horse battery staple'

/** A machine on which something is wrong, and an operator at its terminal. */
export class Scene implements AsyncDisposable {
  readonly server: SmtpScript
  readonly closedPort: number
  readonly #house: House
  #daemon: RunningDaemon | null = null
  readonly #said: string[] = []
  readonly #ids = new Map<string, string>()

  private constructor(house: House, server: SmtpScript, closedPort: number) {
    this.#house = house
    this.server = server
    this.closedPort = closedPort
  }

  /** Two people, a mail server that speaks STARTTLS and wants a sign-in, and right settings but for `wrong`. */
  static async set(
    script: Script,
    wrong: (scene: Scene) => Partial<Record<SettingName, SettingValue>>,
  ): Promise<Scene> {
    const certificate = await certificateOfAll()
    const house = await makeHouse()
    const server = await startSmtpScript({ greeting: '220 mail.example.org ESMTP', certificate, ...script })
    const scene = new Scene(house, server, await freePort())
    const caFile = join(house.data, 'ca.pem')
    writeFileSync(caFile, certificate.certificate)
    await house.set({
      SERVICE_MAIL_ENABLE: true,
      SERVICE_MAIL_HOST: '127.0.0.1',
      SERVICE_MAIL_PORT: server.port,
      SERVICE_MAIL_CA_FILE: caFile,
      SERVICE_MAIL_CLIENT_NAME: 'postern.example.org',
      SERVICE_MAIL_USERNAME: 'postern@example.org',
      SERVICE_SIGN_IN_URL: 'https://accounts.example.org/login',
    })
    await house.set({ SERVICE_MAIL_PASSWORD: PASSWORD })
    await house.set(wrong(scene))
    const people = [
      { username: 'ann', email: 'ann@example.net', name: 'Ann Lee', locale: 'en' },
      { username: 'bob', email: 'bob@example.net', name: 'Bob Ray', locale: 'en' },
    ]
    const rows = people.map((fields, index) => ({ line: index + 2, fields }))
    const imported = await importUsers(house.context, rows, false)
    if (imported.kind !== 'done') throw new Error('the people were not added')
    scene.#daemon = startPosternd(house.data)
    await scene.#daemon.logged(({ msg }) => msg === 'posternd is ready')
    return scene
  }

  /** Types a command at the terminal; what it prints becomes part of the page. `{1}` stands for the first id of the page. */
  async type(command: string, answer?: Answer): Promise<void> {
    await this.#nameIds()
    const ids = [...this.#ids.keys()]
    const real = command
      .replace(/\{(\d)\}/g, (_, number: string) => (ids[Number(number) - 1] ?? '').slice(0, 8))
      .replaceAll(PAGE_PORTS.server, String(this.server.port))
    const printed = await this.#run(real.split(' ').slice(1), answer)
    await this.#nameIds()
    this.#said.push(this.#settled(`$ ${real}\n${printed}`))
  }

  /** Waits until the daemon has brought it about. */
  async until(
    holds: (
      counts: { readonly waits: number; readonly failed: number; readonly arrived: number },
      queue: string,
    ) => boolean,
  ) {
    const { store } = this.#house
    const stop = new AbortController()
    const changes = store.changes(stop.signal)[Symbol.asyncIterator]()
    for (let change = changes.next(); ; change = changes.next()) {
      const { wait, failed, 'carried-out': arrived } = await store.taskCounts()
      if (holds({ waits: wait, failed, arrived }, (await store.get('queue', 'mail'))?.state ?? 'open')) break
      await change
    }
    stop.abort()
  }

  /** Waits until each task has been tried `tries` times. */
  async untilTried(tries: number) {
    const { store } = this.#house
    const stop = new AbortController()
    const changes = store.changes(stop.signal)[Symbol.asyncIterator]()
    for (let change = changes.next(); ; change = changes.next()) {
      const tasks = await allPages((paging) => store.tasks(paging))
      if (tasks.every(({ status, attempts }) => status !== 'executing' && attempts.length >= tries)) break
      await change
    }
    stop.abort()
  }

  /** What was typed and printed since the last call. */
  shown(): string {
    return `\`\`\`console\n${this.#said.splice(0).join('\n\n')}\n\`\`\``
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#daemon?.kill('SIGTERM')
    await this.#daemon?.ended
    await this.server.close()
    await this.#house.remove()
  }

  #run(argv: readonly string[], answer?: Answer): Promise<string> {
    return inTerminal([process.execPath, POSTERN, ...argv], { POSTERN_DATA: this.#house.data }, answer)
  }

  async #nameIds(): Promise<void> {
    const { store } = this.#house
    const tasks = await allPages((paging) => store.tasks(paging))
    const made = tasks.map(({ id, createdAt }) => ({ id, at: createdAt }))
    const tried = tasks.flatMap(({ attempts }) => attempts.map(({ id, at }) => ({ id, at })))
    for (const { id } of [...made, ...tried].sort((one, other) => one.at - other.at)) {
      if (this.#ids.has(id)) continue
      const name = PAGE_IDS[this.#ids.size]
      if (name === undefined) throw new Error('the page has more ids than names for them')
      this.#ids.set(id, name)
    }
  }

  /** The same text whenever it is printed: ids, ports, times, durations and the operator's name are the page's. */
  #settled(text: string): string {
    let settled = text
    for (const [id, name] of this.#ids) {
      settled = settled.replaceAll(id, name).replaceAll(id.slice(0, 8), name.slice(0, 8))
    }
    return padded(
      settled
        .replaceAll(String(this.server.port), PAGE_PORTS.server)
        .replaceAll(String(this.closedPort), PAGE_PORTS.nobody)
        .replaceAll('script.example', 'mail.example.org')
        .replace(/\bpid \d+/g, 'pid 4711')
        .replace(/\b\d\d:\d\d (today|yesterday|tomorrow)\b/g, '10:42 today')
        .replace(/\bfailed (now|\d+ s ago)\b/g, 'failed 5 s ago')
        .replace(/\bcertificate until \d{4}-\d\d-\d\d\b/g, 'certificate until 2027-02-19')
        .replace(/\ba probe (in (\d+) (s|m)( \d+ s)?)/g, (_, _in, count: string, unit: string) =>
          unit === 'm' && Number(count) > 10 ? 'a probe in 15 m' : 'a probe in 1 m',
        )
        .replace(/ +[\d.]+ (ms|s)(?= {2})/g, (duration) => '4 ms'.padStart(duration.length))
        .replace(/\btook [\d.]+ (ms|s)\b/g, 'took 18 ms')
        .replace(/\bby \S+ \(command line[^)]*\)/g, 'by olga (command line)'),
    )
  }
}

let certificate: Promise<Certificate> | null = null
const certificateOfAll = () => {
  certificate ??= makeCertificate({ commonName: '127.0.0.1', hosts: ['127.0.0.1'], days: 90, now: Date.now() })
  return certificate
}

/** The boxed tables of a text with their columns as wide as what stands in them. */
function padded(text: string): string {
  return text.replace(/(?:^[┌├└│].*(?:\n|$))+/gm, (box) => {
    const lines = box.trimEnd().split('\n')
    const cellsOf = (line: string) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim())
    const rows = lines.filter((line) => line.startsWith('│')).map(cellsOf)
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
    const redrawn = lines.map((line) => {
      const [left = '', right = ''] = [line.at(0), line.at(-1)]
      if (left === '│')
        return `│ ${cellsOf(line)
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join(' │ ')} │`
      const joint = { '┌': '┬', '├': '┼', '└': '┴' }[left] ?? ''
      return `${left}${widths.map((width) => '─'.repeat(width + 2)).join(joint)}${right}`
    })
    return `${redrawn.join('\n')}${box.endsWith('\n') ? '\n' : ''}`
  })
}
