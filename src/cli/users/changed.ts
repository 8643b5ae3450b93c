import type { User } from '../../core/domain/user.ts'
import { EXIT, type ExitStatus, Stop } from '../../core/exit.ts'
import { userJson } from '../../core/text/json.ts'
import type { UserChanged } from '../../core/usecases/users.ts'
import type { Call } from '../definition.ts'
import { quoted, wrongUse } from '../input.ts'
import { printJson } from '../output/json.ts'

/**
 * Prints what became of a change to a user.
 * @param says the sentence for a change that was made
 * @throws Stop when it was not made.
 */
export async function tellChange(
  { io, json }: Call,
  changed: UserChanged,
  says: (user: User) => string,
): Promise<ExitStatus> {
  switch (changed.kind) {
    case 'done':
      if (json) await printJson(io, userJson(changed.user))
      else io.print(says(changed.user))
      return EXIT.done
    case 'refused':
      throw wrongUse(`${changed.refusals.map(({ field, why }) => `${field} ${why}`).join('; ')}.`)
    case 'not-found':
      throw new Stop(EXIT.failed, 'The user was deleted meanwhile; nothing was changed.')
    case 'changed-meanwhile':
      throw new Stop(
        EXIT.failed,
        `${quoted(changed.user.username)} was changed meanwhile by somebody else; look at it and try again.`,
      )
  }
}
