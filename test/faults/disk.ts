import { readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { type Disk, realDisk } from '../../src/core/store/embedded/disk.ts'

export type Fault = 'EIO' | 'ENOSPC' | 'short write'

/** Which call fails: the n-th, from 1, alone or with all that follow it. */
export interface FaultPlan {
  readonly at: number
  readonly forever: boolean
  readonly fault: Fault
}

/** A system error as Node raises it. */
export function systemError(code: 'EIO' | 'ENOSPC', syscall: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected, ${syscall}`), { code, syscall })
}

/** What a call was, in words for a failed test: `fdatasync journal-000002.jsonl`. */
function describeCall(call: string, target: number | string): string {
  const path = typeof target === 'string' ? target : readlinkSync(`/proc/self/fd/${target}`)
  return `${call} ${basename(path).replace(/\.[0-9a-f-]{36}\.tmp$/, '.tmp')}`
}

export interface Telling {
  /** Told of each call before it; what it throws is the call's failure. */
  readonly before: (call: string) => void
  /** Whether a write or an append that fails still writes half of its bytes. */
  readonly half?: boolean
  /** Called when half of the bytes are written. */
  readonly afterHalf?: () => void
}

/** The real disk, with somebody who is told of each call. */
export function tellingDisk({ before, half = false, afterHalf = () => {} }: Telling): Disk {
  const tell = (call: string, target: number | string) => before(describeCall(call, target))
  return {
    write(fd, bytes) {
      try {
        tell('write', fd)
      } catch (error) {
        if (!half) throw error
        const written = realDisk.write(fd, bytes.subarray(0, bytes.length >> 1))
        afterHalf()
        return written
      }
      return realDisk.write(fd, bytes)
    },
    async append(fd, bytes) {
      try {
        tell('append', fd)
      } catch (error) {
        if (half) await realDisk.append(fd, bytes.subarray(0, bytes.length >> 1))
        afterHalf()
        throw error
      }
      await realDisk.append(fd, bytes)
    },
    async fdatasync(fd) {
      tell('fdatasync', fd)
      await realDisk.fdatasync(fd)
    },
    async fsync(fd) {
      tell('fsync', fd)
      await realDisk.fsync(fd)
    },
    ftruncate(fd, length) {
      tell('ftruncate', fd)
      realDisk.ftruncate(fd, length)
    },
    async rename(from, to) {
      tell('rename', to)
      await realDisk.rename(from, to)
    },
    async remove(path) {
      tell('remove', path)
      await realDisk.remove(path)
    },
  }
}

/** A disk on which the planned calls fail; `calls` says which there were. */
export function faultyDisk(plan: FaultPlan): { readonly disk: Disk; readonly calls: string[] } {
  const calls: string[] = []
  const code = plan.fault === 'EIO' ? 'EIO' : 'ENOSPC'
  const disk = tellingDisk({
    before(call) {
      calls.push(call)
      const fails = plan.forever ? calls.length >= plan.at : calls.length === plan.at
      if (fails) throw systemError(code, call)
    },
    half: plan.fault === 'short write',
  })
  return { disk, calls }
}
