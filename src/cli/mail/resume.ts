import { isResting } from '../../core/domain/throttle.ts'
import { EXIT } from '../../core/exit.ts'
import { findDaemon } from '../../core/host/heartbeat.ts'
import { forgotPasswordJson, mailStatusJson } from '../../core/text/json.ts'
import { readBudget } from '../../core/usecases/budget.ts'
import { readForgotPassword } from '../../core/usecases/forgot-password.ts'
import { readMailStatus } from '../../core/usecases/mail-status.ts'
import { resumeQueue } from '../../core/usecases/settings.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { printJson } from '../output/json.ts'
import { daemonTrouble } from './sending.ts'

/** `postern mail resume` */
export const resumeMail: Run = (call) =>
  atStore(call, async ({ store, context, data }) => {
    const { io } = call
    const before = await resumeQueue(context)
    const status = await readMailStatus(store)
    const daemon = findDaemon(data)
    const budget = await readBudget(store, { daemon: daemon !== null })
    const links = forgotPasswordJson(await readForgotPassword(store))
    const portal = daemon?.portal ?? null
    if (call.json) await printJson(io, { ...mailStatusJson(status, budget, daemon), forgotPassword: links, portal })
    else if (before.state === 'open' && isResting(before.throttle, store.now()))
      io.print('Letters rested, since the mail server had asked to slow down: they leave now.')
    else if (before.state === 'open') io.print('The queue is open already.')
    else io.print(`The queue was ${before.state}: a probe is due now, and its success opens it.`)
    if (status.state === 'off') io.complain('SERVICE_MAIL_ENABLE is false: letters wait until it is true.')
    const trouble = daemonTrouble(daemon, store.now())
    if (trouble !== null) io.complain(trouble)
    return EXIT.done
  })
