import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createMasterKey } from '../../../src/core/secrets/create-master-key.ts'
import { MasterKeyError } from '../../../src/core/secrets/key-file.ts'
import { openMasterKeys } from '../../../src/core/secrets/master-key.ts'
import { sealPublicKey } from '../../../src/core/secrets/seal.ts'
import { publishSealKey, readSealKey } from '../../../src/core/secrets/seal-key.ts'
import { needs, pathOf } from '../../support/needs.ts'
import { aDirectory } from '../host/a-directory.ts'

const modeOf = (path: string) => (fs.statSync(path).mode & 0o7777).toString(8)
const keyFile = (data: string, number = 1) => join(data, 'keys', `master-${number}.key`)
const some = (open: ReturnType<typeof openMasterKeys>, number = 1) => open.derive('link', number, 'task', 'nonce', 32)

async function aStoreWithKeys(): Promise<string> {
  const data = aDirectory()
  await createMasterKey(data)
  return data
}

function writeKey(path: string, number: number, mode = 0o600): void {
  fs.mkdirSync(join(path, '..'), { recursive: true })
  fs.writeFileSync(path, new Uint8Array(32).fill(number))
  fs.chmodSync(path, mode)
}

function refusal(data: string, credentials?: string): MasterKeyError {
  try {
    openMasterKeys(data, credentials)
  } catch (error) {
    if (error instanceof MasterKeyError) return error
    throw error
  }
  throw new Error('The keys were opened.')
}

describe('the first master key', () => {
  it('is made for the daemon alone, and the sealing key for the group to read', async () => {
    const data = await aStoreWithKeys()
    expect(fs.readdirSync(join(data, 'keys')).sort()).toEqual(['master-1.key', 'seal.pub'])
    expect(modeOf(join(data, 'keys'))).toBe('750')
    expect([modeOf(keyFile(data)), fs.statSync(keyFile(data)).size]).toEqual(['600', 32])
    expect(modeOf(join(data, 'keys', 'seal.pub'))).toBe('640')
    expect(readSealKey(data)).toMatch(/^postern-seal-key-1 [A-Za-z0-9+/]{43}=\n$/)
  })

  it('is another for another store', async () => {
    const [one, other] = [await aStoreWithKeys(), await aStoreWithKeys()]
    expect(some(openMasterKeys(one))).not.toEqual(some(openMasterKeys(other)))
  })

  it('is never made twice: neither by a second call nor by two at once', async () => {
    const data = aDirectory()
    await Promise.all([createMasterKey(data), createMasterKey(data)])
    const bytes = fs.readFileSync(keyFile(data))
    const again = await createMasterKey(data)
    expect(fs.readFileSync(keyFile(data))).toEqual(bytes)
    expect(readSealKey(data)).toBe(await sealPublicKey(again))
    expect(fs.readdirSync(join(data, 'keys'))).toHaveLength(2)
  })

  it('is not made beside a rotated one', async () => {
    const data = aDirectory()
    writeKey(keyFile(data, 2), 2)
    expect((await createMasterKey(data)).current).toBe(2)
    expect(fs.existsSync(keyFile(data, 1))).toBe(false)
  })

  it('is completed when the power failed between it and the sealing key', async () => {
    const data = await aStoreWithKeys()
    const before = readSealKey(data)
    fs.rmSync(join(data, 'keys', 'seal.pub'))
    fs.writeFileSync(join(data, 'keys', '.master-1.key.0123456789abcdef'), 'torn')
    await createMasterKey(data)
    expect(readSealKey(data)).toBe(before)
  })

  needs('root').it('leaves the sealing key to the group of the data directory', async () => {
    const data = aDirectory()
    fs.chownSync(data, 0, 23456)
    await createMasterKey(data)
    expect(fs.statSync(join(data, 'keys')).gid).toBe(23456)
    expect(fs.statSync(join(data, 'keys', 'seal.pub')).gid).toBe(23456)
  })

  needs('strace').it(
    'is on the disk, directory and all, before it has its name and before anyone seals with it',
    () => {
      const data = aDirectory()
      const module = join(import.meta.dirname, '../../../src/core/secrets/create-master-key.ts')
      const code = `const { createMasterKey } = await import(${JSON.stringify(module)}); await createMasterKey(${JSON.stringify(data)})`
      const calls = 'openat,write,fsync,link,linkat,rename,renameat,renameat2'
      const trace = join(data, 'trace')
      const options = ['-f', '-y', '-o', trace, '-e', `trace=${calls}`]
      const node = [process.execPath, '--input-type=module', '--eval', code]
      const { status, stderr } = spawnSync(pathOf('strace') ?? '', [...options, ...node], { encoding: 'utf8' })
      expect(stderr).toBe('')
      expect(status).toBe(0)
      const step = (line: string) => {
        if (/fsync\(\d+<[^>]*\/keys>/.test(line)) return 'sync directory'
        if (/fsync\(\d+<[^>]*\/\.(master-1\.key|seal\.pub)/.test(line)) return 'sync file'
        if (/\blink(at)?\(.*\/master-1\.key"/.test(line)) return 'name key'
        return /\brename(at2?)?\(.*\/seal\.pub"/.test(line) ? 'name sealing key' : undefined
      }
      const steps = fs
        .readFileSync(trace, 'utf8')
        .split('\n')
        .flatMap((line) => step(line) ?? [])
      expect(steps).toEqual([
        'sync file',
        'name key',
        'sync directory',
        'sync file',
        'name sealing key',
        'sync directory',
      ])
    },
  )
})

describe('master keys are refused', () => {
  it('when there is none', () => {
    const data = aDirectory()
    const { kind, message } = refusal(data)
    expect(kind).toBe('missing')
    expect(message).toContain(`no master key in ${data}/keys: restore it from a backup`)
  })

  it.each([0, 31, 33, 4096])('when one has %i bytes', async (size) => {
    const data = await aStoreWithKeys()
    fs.writeFileSync(keyFile(data), new Uint8Array(size))
    const { kind, message } = refusal(data)
    expect(kind).toBe('damaged')
    expect(message).toContain(`${keyFile(data)} holds ${size} bytes, not 32: restore it from a backup`)
  })

  it.each([0o640, 0o604, 0o620, 0o660, 0o700])('when others may have read or changed one: mode %o', async (mode) => {
    const data = await aStoreWithKeys()
    fs.chmodSync(keyFile(data), mode)
    const { kind, message } = refusal(data)
    expect(kind).toBe('unsafe')
    expect(message).toContain(`has mode 0${mode.toString(8)}, wider than 0600`)
    expect(message).toContain(`"chmod 0600 ${keyFile(data)}"`)
  })

  it('not when one is read-only', async () => {
    const data = await aStoreWithKeys()
    fs.chmodSync(keyFile(data), 0o400)
    expect(openMasterKeys(data).current).toBe(1)
  })

  needs('root').it('when one belongs to someone else', async () => {
    const data = await aStoreWithKeys()
    fs.chownSync(keyFile(data), 54321, 0)
    const { kind, message } = refusal(data)
    expect(kind).toBe('unsafe')
    expect(message).toContain(`${keyFile(data)} belongs to uid 54321, not to uid 0: run the daemon as its owner`)
  })

  it('when one is a symbolic link, a directory, or a FIFO that nobody writes', async () => {
    const data = await aStoreWithKeys()
    fs.renameSync(keyFile(data), join(data, 'elsewhere'))
    fs.symlinkSync(join(data, 'elsewhere'), keyFile(data))
    expect(refusal(data).message).toContain('cannot be opened: it must be a plain file')
    fs.rmSync(keyFile(data))
    fs.mkdirSync(keyFile(data))
    expect(refusal(data).message).toContain('is not a plain file')
    fs.rmdirSync(keyFile(data))
    expect(spawnSync('mkfifo', [keyFile(data)]).status).toBe(0)
    expect(refusal(data).message).toContain('is not a plain file')
  })

  it.each([0o770, 0o757])('when others could put a key of theirs there: mode %o', async (mode) => {
    const data = await aStoreWithKeys()
    fs.chmodSync(join(data, 'keys'), mode)
    expect(refusal(data).message).toContain(`"chmod 0750 ${data}/keys"`)
  })
})

describe('master keys of a service manager', () => {
  it.each(['postern-master-1.key', 'master-1.key'])('are found by the name %s', async (name) => {
    const [data, credentials] = [aDirectory(), aDirectory()]
    writeKey(join(credentials, name), 1, 0o400)
    const keys = openMasterKeys(data, credentials)
    expect(keys.current).toBe(1)
    await publishSealKey(data, keys)
    expect(readSealKey(data)).toBe(await sealPublicKey(keys))
  })

  it('stand beside those of the store', async () => {
    const [data, credentials] = [await aStoreWithKeys(), aDirectory()]
    writeKey(join(credentials, 'master-2.key'), 2, 0o440)
    const keys = openMasterKeys(data, credentials)
    expect([keys.current, keys.has(1)]).toEqual([2, true])
    expect(some(keys)).toEqual(some(openMasterKeys(data)))
  })

  it('are refused when they contradict the store’s', async () => {
    const [data, credentials] = [await aStoreWithKeys(), aDirectory()]
    writeKey(join(credentials, 'master-1.key'), 9)
    expect(refusal(data, credentials).message).toContain('remove the wrong one')
  })

  it('are refused when strangers may read them', () => {
    const [data, credentials] = [aDirectory(), aDirectory()]
    writeKey(join(credentials, 'master-1.key'), 1, 0o444)
    expect(refusal(data, credentials).kind).toBe('unsafe')
  })
})

describe('the sealing key', () => {
  it('follows a rotation', async () => {
    const data = await aStoreWithKeys()
    writeKey(keyFile(data, 2), 2)
    await publishSealKey(data, openMasterKeys(data))
    expect(readSealKey(data)).toMatch(/^postern-seal-key-2 /)
  })

  it('is written again when it was damaged, and left alone when it was not', async () => {
    const data = await aStoreWithKeys()
    const [keys, text, file] = [openMasterKeys(data), readSealKey(data), join(data, 'keys', 'seal.pub')]
    const { ino } = fs.statSync(file)
    await publishSealKey(data, keys)
    expect(fs.statSync(file).ino).toBe(ino)
    fs.writeFileSync(file, 'nonsense')
    await publishSealKey(data, keys)
    expect(readSealKey(data)).toBe(text)
  })

  it('that is missing tells a door what to do', () => {
    expect(() => readSealKey(aDirectory())).toThrow('keys/seal.pub cannot be read: start the daemon')
  })
})
