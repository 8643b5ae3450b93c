import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { daemonPid } from '../../../src/core/host/daemon-lock.ts'
import { aDirectory, Run } from './a-run.ts'

describe('postern up', () => {
  it('runs the daemon of a data directory until a signal', async () => {
    const data = join(aDirectory(), 'data')
    const run = new Run({ data, sandbox: false }, aDirectory())
    await run.printed(/From another terminal:/)
    expect(daemonPid(data)).not.toBeNull()
    run.kill('SIGTERM')
    const { status, lines, said } = await run.ended
    expect({ status, said }).toEqual({ status: 0, said: '' })
    expect(lines[0]).toBe(`The daemon of ${data} runs in this terminal until Ctrl-C; its log is ${data}/up.log.`)
    expect(lines.at(-1)).toBe('Stopping: letters under way are finished first.')
    expect(daemonPid(data)).toBeNull()
  })

  it('says who has the data directory already', async () => {
    const data = join(aDirectory(), 'data')
    const first = new Run({ data, sandbox: false }, aDirectory())
    await first.printed(/From another terminal:/)
    const { status, lines, said } = await new Run({ data, sandbox: false }, aDirectory()).ended
    expect(status).toBe(78)
    expect(lines).toEqual([''])
    expect(said).toBe(
      `Another daemon (pid ${daemonPid(data)}) holds ${data}: there is one daemon a store. Stop that one first, or use it as it is.\n`,
    )
  })

  it('makes no sandbox of a directory that holds anything', async () => {
    const data = aDirectory()
    writeFileSync(join(data, 'precious'), '')
    const { status, said } = await new Run({ data, sandbox: true }, aDirectory()).ended
    expect(status).toBe(78)
    expect(said).toMatch(/ is not empty: .+\.\n$/)
    expect(readdirSync(data)).toEqual(['precious'])
  })

  it('says so where no temporary directory can be made', async () => {
    const nowhere = join(aDirectory(), 'missing')
    const { status, said } = await new Run({ data: undefined, sandbox: true }, nowhere).ended
    expect(status).toBe(1)
    expect(said).toBe(
      `No directory can be made in ${nowhere}: set TMPDIR to another one, or name one with --data (ENOENT).\n`,
    )
  })

  it('keeps the store of a sandbox that was given a directory', async () => {
    const data = join(aDirectory(), 'data')
    mkdirSync(data, { mode: 0o750 })
    const { status, lines } = await new Run({ data, sandbox: true }, aDirectory()).ended
    expect(status).toBe(0)
    expect(lines.at(-1)).toBe(`The store stays in ${data}.`)
    expect(readdirSync(data)).toContain('store')
  })
})
