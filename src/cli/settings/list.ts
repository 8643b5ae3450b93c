import {
  isSettingName,
  SETTING_NAMES,
  type SettingName,
  type Settings,
  type StoredSetting,
  settingsInForce,
} from '../../core/domain/setting.ts'
import { SETTINGS } from '../../core/domain/setting-catalogue.ts'
import { type Instant, iso } from '../../core/domain/time.ts'
import { EXIT } from '../../core/exit.ts'
import { humanTime } from '../../core/text/human.ts'
import { settingJson } from '../../core/text/json.ts'
import { type ForgotPasswordStatus, readForgotPassword } from '../../core/usecases/forgot-password.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { type Column, printPage } from '../output/list.ts'
import { valueWords } from './words.ts'

interface Row {
  readonly name: SettingName
  readonly value: string
  readonly stored: StoredSetting | null
  readonly json: unknown
}

const columns = (now: Instant): readonly Column<Row>[] => [
  { title: 'NAME', shown: ({ name }) => name },
  { title: 'VALUE', shown: ({ value }) => value, flexible: true },
  {
    title: 'DEFAULT',
    shown: ({ name, stored }) => (stored === null ? '' : String(SETTINGS[name].default)),
    plain: ({ name }) => String(SETTINGS[name].default),
    flexible: true,
    spare: 2,
  },
  {
    title: 'CHANGED',
    shown: ({ stored }) => (stored === null ? '' : `${humanTime(stored.changedAt, now)} by ${stored.changedBy}`),
    plain: ({ stored }) => (stored === null ? '' : iso(stored.changedAt)),
    flexible: true,
    spare: 1,
  },
]

/** What is to be said of links, once the portal is on: what is missing, or is not known any more. */
function linkDoubts(
  { SERVICE_PORTAL_ENABLE: portal }: Settings,
  { enabled, missing, unconfirmed }: ForgotPasswordStatus,
): readonly string[] {
  if (!portal && !enabled) return []
  const what = enabled ? 'is true, and doubtful:' : 'cannot be turned on yet:'
  const lacks = missing.length === 0 ? [] : [`SERVICE_FORGOT_PASSWORD_ENABLE ${what} ${missing.join(' ')}`]
  return unconfirmed === null ? lacks : [...lacks, unconfirmed]
}

/** `postern settings list` */
export const listSettings: Run = (call) =>
  atStore(call, async ({ store }) => {
    const rows = await store.settings()
    const settings = settingsInForce(rows)
    const items = SETTING_NAMES.map((name): Row => {
      const stored = rows.find((row) => row.name === name) ?? null
      return { name, value: valueWords(name, settings), stored, json: settingJson(name, settings, stored !== null) }
    })
    for (const { name } of rows.filter((row) => !isSettingName(row.name))) {
      call.io.complain(`! The store holds a setting that this program does not know, and ignores: ${name}.`)
    }
    for (const doubt of linkDoubts(settings, await readForgotPassword(store))) call.io.complain(`! ${doubt}`)
    const page = { items, next: null }
    await printPage(call, page, { columns: columns(store.now()), json: ({ json }) => json, none: 'There are none.' })
    return EXIT.done
  })
