import { lstatSync, readFileSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { StoreError } from '../error.ts'
import { checkRecords } from './check-records.ts'
import type { Finding, Severity, Tell } from './finding.ts'
import { FILE_MODE, JOURNAL, KEPT, Layout, SNAPSHOT, STORE_MODE, TEMPORARY } from './layout.ts'
import { LOGS } from './segments.ts'
import { errorCode, storeError } from './system-error.ts'
import { isFlagged } from './writers-lock.ts'

export interface CheckReport {
  /** The gravest of the findings. */
  readonly worst: Severity
  readonly findings: readonly Finding[]
}

/** Looking again when files come and go; a store that is folded without a pause is looked at as it is in the end. */
const TRIES = 5

/**
 * Reads and checks everything in the store of a data directory, and changes nothing. Others may write and fold
 * meanwhile.
 * @throws StoreError `missing` where there is no store.
 */
export async function checkStore(data: string): Promise<CheckReport> {
  const layout = new Layout(data)
  if (layout.names().length === 0) {
    throw new StoreError('missing', `There is no store in ${layout.store}; "postern store init" makes one.`)
  }
  for (let tries = 1; ; tries++) {
    const before = JSON.stringify(layout.generations())
    const findings = await checkOnce(layout)
    const worst = worstOf(findings)
    // What a fold did meanwhile must not be taken for a fault.
    if (worst === 'ok' || tries === TRIES || before === JSON.stringify(layout.generations())) return { worst, findings }
  }
}

const worstOf = (findings: readonly Finding[]): Severity =>
  (['damage', 'warning'] as const).find((severity) => findings.some((finding) => finding.severity === severity)) ?? 'ok'

async function checkOnce(layout: Layout): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const tell: Tell = (severity, file, sentence, offset) =>
    findings.push({ severity, file, offset: offset ?? null, sentence })
  try {
    checkNames(layout, tell)
    checkLock(layout, tell)
    await checkRecords(layout, tell)
  } catch (error) {
    throw storeError(error, `${layout.store} could not be checked`)
  }
  return findings
}

function checkLock({ lock }: Layout, tell: Tell): void {
  try {
    if (isFlagged(readFileSync(lock))) {
      const what =
        'A sync of the disk failed: it is not known whether the last change was saved, and nothing is written.'
      tell('damage', lock, `${what} See to the disk, then restart the daemon, which writes the store anew.`)
    } else tell('ok', lock, 'No sync of the disk has failed.')
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    tell('warning', lock, 'The lock file is missing; whoever writes first makes it anew.')
  }
}

/** Where operators' own letter templates are: not the store's own. */
const TEMPLATES = 'templates'
const SEGMENT = /^\d{4}-\d{2}\.jsonl$/

function checkNames(layout: Layout, tell: Tell): void {
  const { store } = layout
  const group = lstatSync(dirname(store)).gid
  checkKeeper(store, lstatSync(store), { directory: true, group }, tell)
  for (const name of layout.names()) {
    const path = layout.segment(name)
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status === undefined || name === TEMPLATES) continue
    const isLog = LOGS.some((log) => log === name)
    checkKeeper(path, status, { directory: isLog, group }, tell)
    if (isLog) checkSegments(layout, name, group, tell)
    else checkName(path, name, tell)
  }
}

function checkName(path: string, name: string, tell: Tell): void {
  if (TEMPORARY.test(name)) {
    tell('warning', path, 'It belongs to a fold that is under way, or to one that died; the next fold removes it.')
  } else if (KEPT.test(name)) {
    tell('warning', path, 'It was cut off and kept; when nobody wants to look at it any more, it can be removed.')
  } else if (![SNAPSHOT, JOURNAL, /^lock$/].some((pattern) => pattern.test(name))) {
    tell('warning', path, 'It is not a file of the store: move it away.')
  }
}

function checkSegments(layout: Layout, log: string, group: number, tell: Tell): void {
  for (const name of layout.names(log)) {
    const path = layout.segment(`${log}/${name}`)
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status === undefined) continue
    checkKeeper(path, status, { directory: false, group }, tell)
    if (!SEGMENT.test(name)) tell('warning', path, 'It is not a file of the store: move it away.')
  }
}

interface Expected {
  readonly directory: boolean
  readonly group: number
}

/** Whether those who should can use it, and nobody else. */
function checkKeeper(path: string, status: Stats, { directory, group }: Expected, tell: Tell): void {
  const mode = directory ? STORE_MODE : FILE_MODE
  const octal = (bits: number) => (bits & 0o7777).toString(8).padStart(4, '0')
  if (directory ? !status.isDirectory() : !status.isFile()) {
    tell('warning', path, `It is not a plain ${directory ? 'directory' : 'file'}: put back what belongs here.`)
  } else if ((status.mode & 0o7777) !== mode) {
    tell(
      'warning',
      path,
      `It has mode ${octal(status.mode)} and should have ${octal(mode)}: "chmod ${octal(mode)}" it.`,
    )
  }
  if (status.gid !== group) {
    tell(
      'warning',
      path,
      `It belongs to group ${status.gid} and should belong to ${group}, as the data directory does.`,
    )
  }
}
