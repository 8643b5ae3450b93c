import * as fs from 'node:fs'
import { join } from 'node:path'

const MODE = 0o750

/** Where a store's keys are: nothing in it can be renamed by the group, whose members read `seal.pub` alone. */
export const keysDirectory = (dataDirectory: string): string => join(dataDirectory, 'keys')

/** Makes `keys/` with its mode and the data directory's group, where it is missing; says that group. */
export function makeKeysDirectory(dataDirectory: string): number {
  const group = fs.statSync(dataDirectory).gid
  const directory = keysDirectory(dataDirectory)
  if (!fs.existsSync(directory)) {
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
    if (fs.statSync(directory).gid !== group) fs.chownSync(directory, -1, group)
    fs.chmodSync(directory, MODE)
  }
  return group
}

export interface NumberedFile {
  readonly number: number
  readonly path: string
}

/** The files of `directory` whose names fit `pattern`, with the number that it captures; none where there is none. */
export function numberedFiles(directory: string, pattern: RegExp): readonly NumberedFile[] {
  const names = fs.existsSync(directory) ? fs.readdirSync(directory) : []
  return names.flatMap((name) => {
    const number = pattern.exec(name)?.[1]
    return number === undefined ? [] : [{ number: Number(number), path: join(directory, name) }]
  })
}
