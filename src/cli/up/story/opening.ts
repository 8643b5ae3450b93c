import { type SettingName, senderOf } from '../../../core/domain/setting.ts'
import { inert } from '../../../core/text/inert.ts'
import { CATCHER_HOST } from '../catcher.ts'
import { freePort } from '../free-port.ts'
import { setAsOperator, type Typed } from '../operator.ts'
import { importSampleUsers, SAMPLE_USERS } from '../sample-users.ts'
import { randomPassword } from '../sandbox.ts'
import { insist, type Stage } from './stage.ts'

/** Step: the store, its people and the mail catcher. */
export async function openingStep(stage: Stage): Promise<void> {
  const { sandbox, teller } = stage
  const { house, catcher } = sandbox
  teller.step('A store, its people and a mail catcher')
  const imported = await importSampleUsers(house.context)
  const { items } = await house.store.users({ limit: imported + 1 })
  insist(stage, items.length === imported, `${imported} users were imported, and the store has ${items.length}`)
  const locales = Map.groupBy(items, ({ locale }) => locale)
  const counts = [...locales].map(([locale, users]) => `${users.length} ${locale}`)
  teller.table([
    ['store', house.data],
    ['people', `${imported} from ${SAMPLE_USERS} (${counts.join(', ')})`],
    ['catcher', `${CATCHER_HOST} port ${catcher.port}: wants STARTTLS and a sign-in, keeps every letter`],
  ])
}

/** Step: the mail settings, with a password that the server does not take. */
export async function settingsStep(stage: Stage): Promise<void> {
  const { sandbox, teller } = stage
  const { house, catcher, authority } = sandbox
  teller.step('The mail settings, with a wrong password')
  const wrong = randomPassword()
  const portal = await freePort()
  const typed: Typed = {
    SERVICE_MAIL_ENABLE: 'true',
    SERVICE_MAIL_HOST: CATCHER_HOST,
    SERVICE_MAIL_PORT: String(catcher.port),
    SERVICE_MAIL_USERNAME: catcher.username,
    SERVICE_MAIL_PASSWORD: wrong,
    SERVICE_MAIL_FROM_ADDRESS: 'accounts@example.org',
    SERVICE_MAIL_FROM_NAME: 'Example Accounts',
    SERVICE_MAIL_CA_FILE: authority,
    SERVICE_PORTAL_ENABLE: 'true',
    SERVICE_PORTAL_LISTEN: `127.0.0.1:${portal}`,
    SERVICE_PORTAL_URL: `http://localhost:${portal}`,
  }
  const settings = await setAsOperator(house, typed)
  const { SERVICE_MAIL_PASSWORD: sealed } = settings
  insist(stage, sealed.startsWith('sealed:') && !sealed.includes(wrong), 'the password was stored unsealed')
  insist(stage, senderOf(settings) !== null, 'the settings name no sender')
  const shown = (name: SettingName) => (name === 'SERVICE_MAIL_PASSWORD' ? '(sealed; a wrong one)' : settings[name])
  const rows = await house.store.settings()
  teller.table(rows.map(({ name }) => [name, inert(String(shown(name)))]))
}
