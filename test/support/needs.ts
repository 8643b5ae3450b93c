import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, it, type TestContext } from 'vitest'

/** What a test may need of the machine beyond npm's packages. */
export type Need = keyof typeof NEEDS

type Body = (context: TestContext) => void | Promise<void>

/** `describe` and `it` that run only where everything needed is there. */
interface Variants {
  readonly describe: (name: string, body: () => void) => void
  readonly it: (name: string, body: Body, timeout?: number) => void
}

/** How to see that it is there, and what to say when it is not. */
const NEEDS = {
  strace: command('strace', 'strace'),
  'smtp-sink': command('smtp-sink', 'postfix'),
  'systemd-analyze': command('systemd-analyze', 'systemd'),
  'systemd-sysusers': command('systemd-sysusers', 'systemd'),
  script: command('script', 'bsdutils'),
  xfs_io: command('xfs_io', 'xfsprogs'),
  'mkfs.ext4': command('mkfs.ext4', 'e2fsprogs'),
  postfix: { isThere: mayRunPostfix, advice: 'as root, Debian packages postfix and sasl2-bin: npm run test:setup' },
  exim: { isThere: () => eximPath() !== undefined, advice: 'Debian package exim4-daemon-light: npm run test:setup' },
  tcpdump: command('tcpdump', 'tcpdump'),
  spamassassin: command('spamassassin', 'spamassassin'),
  nftables: { isThere: mayFilter, advice: 'as root, Debian packages nftables and iproute2: npm run test:setup' },
  tmux: command('tmux', 'tmux'),
  chromium: command('chromium', 'chromium'),
  nginx: command('nginx', 'nginx-light'),
  caddy: command('caddy', 'caddy'),
  root: { isThere: () => process.getuid?.() === 0, advice: 'run the tests as root' },
  tmpfs: { isThere: mayMount, advice: 'run the tests as root, where mounting is allowed' },
}

/** Where Debian keeps programs for root, which other users' PATH leaves out. */
const MORE_PATHS = ['/usr/sbin', '/sbin']

/**
 * The full path of a program, or undefined.
 * A test that starts `smtp-sink` asks here, since only root's PATH has it.
 */
export function pathOf(program: string): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...MORE_PATHS]
  return directories.map((directory) => join(directory, program)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function command(program: string, debianPackage: string) {
  return {
    isThere: () => pathOf(program) !== undefined,
    advice: `Debian package ${debianPackage}: npm run test:setup`,
  }
}

/** Exim's program: Debian's own, or the one that `npm run test:setup` unpacks where Postfix is installed. */
export function eximPath(): string | undefined {
  const unpacked = '/var/cache/postern-test/exim/usr/sbin/exim4'
  return pathOf('exim4') ?? (isExecutable(unpacked) ? unpacked : undefined)
}

/** Postfix's master runs only as root; passwords are checked with Cyrus SASL. */
function mayRunPostfix(): boolean {
  return process.getuid?.() === 0 && pathOf('postfix') !== undefined && pathOf('saslpasswd2') !== undefined
}

/** A network of one's own, with rules of one's own: not every container's root may have it. */
function mayFilter(): boolean {
  const [unshare, nft, ip] = [pathOf('unshare'), pathOf('nft'), pathOf('ip')]
  if (unshare === undefined || nft === undefined || ip === undefined) return false
  return spawnSync(unshare, ['-n', nft, 'add', 'table', 'ip', 'postern']).status === 0
}

function mayMount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'postern-mount-'))
  try {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', 'none', directory]).status === 0
    return mounted && spawnSync('umount', [directory]).status === 0
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * `describe` and `it` for tests that need the named things. Where one is missing they are skipped, and their name
 * says what would help, which `npm test` repeats once in a line of its own. In CI (CI=true) nothing may be missing:
 * there they fail instead.
 */
export function needs(...wanted: Need[]): Variants {
  const missing = wanted.filter((need) => !isThere(need)).map((need) => `${need} (${NEEDS[need].advice})`)
  return variants(missing, process.env.CI === 'true')
}

const seen = new Map<Need, boolean>()

/** Looks once: the answer does not change while the tests run. */
function isThere(need: Need): boolean {
  const there = seen.get(need) ?? NEEDS[need].isThere()
  seen.set(need, there)
  return there
}

/** What `variants` registers tests with; vitest's own but for the test of this file. */
interface Runner {
  readonly describe: Variants['describe'] & { readonly skip: Variants['describe'] }
  readonly it: Variants['it'] & { readonly skip: Variants['it'] }
}

/** The variants where these things are `missing`. */
export function variants(missing: readonly string[], inCi: boolean, runner: Runner = { describe, it }): Variants {
  if (missing.length === 0) return runner
  const why = `needs ${missing.join(' and ')}`
  const named = (name: string) => `${name} [${why}]`
  const fail = (name: string) =>
    runner.it(named(name), () => {
      throw new Error(`${why}: in CI nothing may be skipped`)
    })
  if (inCi) return { describe: fail, it: fail }
  return {
    describe: (name, body) => runner.describe.skip(named(name), body),
    it: (name, body, timeout) => runner.it.skip(named(name), body, timeout),
  }
}
