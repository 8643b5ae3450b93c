import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FileLock } from '../../../src/core/host/lock.ts'
import { aDirectory } from './a-directory.ts'
import { startChild } from './child.ts'

const aPath = () => join(aDirectory(), 'lock')

function open(path: string): FileLock {
  const lock = FileLock.open(path)
  onTestFinished(() => lock.close())
  return lock
}

const holding = (path: string) =>
  `const lock = host.FileLock.open(${JSON.stringify(path)})
   console.log(lock.tryExclusive())
   process.stdin.resume()`

describe('a lock on a file', () => {
  it('is one holder’s alone, even within one process', () => {
    const path = aPath()
    const [first, second] = [open(path), open(path)]
    expect(first.tryExclusive()).toBe(true)
    expect(second.tryExclusive()).toBe(false)
    expect(second.tryShared()).toBe(false)
    first.release()
    expect(second.tryExclusive()).toBe(true)
  })

  it('is shared by those who only share it', () => {
    const path = aPath()
    const [first, second, third] = [open(path), open(path), open(path)]
    expect([first.tryShared(), second.tryShared()]).toEqual([true, true])
    expect(third.tryExclusive()).toBe(false)
    first.release()
    expect(second.tryExclusive()).toBe(true)
  })

  it('goes from alone to shared', () => {
    const path = aPath()
    const [first, second] = [open(path), open(path)]
    first.tryExclusive()
    expect(second.tryShared()).toBe(false)
    expect(first.tryShared()).toBe(true)
    expect(second.tryShared()).toBe(true)
  })

  it('comes to the one who waits as soon as it is given back', async () => {
    const path = aPath()
    const [first, second] = [open(path), open(path)]
    first.tryExclusive()
    const waiting = second.waitExclusive()
    first.release()
    await waiting
    expect(first.tryExclusive()).toBe(false)
  })

  it('is given back by closing', () => {
    const path = aPath()
    const [first, second] = [open(path), open(path)]
    first.tryExclusive()
    first.close()
    first.close()
    expect(second.tryExclusive()).toBe(true)
    expect(() => first.tryExclusive()).toThrow('closed')
  })

  it('closed while it is waited for: whoever waits is told, and nobody is kept out', async () => {
    const path = aPath()
    const [first, second, third] = [open(path), open(path), open(path)]
    first.tryExclusive()
    const waiting = second.waitExclusive()
    expect(() => second.tryShared()).toThrow('being waited for')
    second.close()
    first.release()
    await expect(waiting).rejects.toThrow('closed while it was being waited for')
    await third.waitExclusive()
  })

  it('leaves its file where it is', () => {
    const path = aPath()
    const lock = open(path)
    const { ino } = statSync(path)
    lock.tryExclusive()
    lock.release()
    lock.close()
    expect(existsSync(path)).toBe(true)
    open(path)
    expect(statSync(path).ino).toBe(ino)
  })
})

describe('when a process holds the lock', () => {
  it('kill -9 frees it', async () => {
    const path = aPath()
    const child = await startChild('lock.ts', holding(path))
    const lock = open(path)
    expect(lock.tryExclusive()).toBe(false)
    const waiting = lock.waitExclusive()
    child.kill('SIGKILL')
    await waiting
  })

  it('another that waits for it can still end', async () => {
    const path = aPath()
    open(path).tryExclusive()
    const waits = `const lock = host.FileLock.open(${JSON.stringify(path)})
      lock.waitExclusive()
      process.on('SIGTERM', () => process.exit(7))
      process.stdin.resume()
      console.log('waiting')`
    const child = await startChild('lock.ts', waits)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([7, null])
  })
})
