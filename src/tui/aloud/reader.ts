import type { InertText } from '../../core/text/inert.ts'
import type { Model } from '../model.ts'
import type { Theme } from '../theme.ts'
import { arrivalOf, newsOf, pageOf } from './news.ts'
import { type Spoken, spokenOf } from './spoken.tsx'

interface ReaderOptions {
  /** Gives lines to be read. */
  readonly say: (lines: readonly InertText[]) => void
  /** Calls back after so many milliseconds; the result calls that off. */
  readonly later: (milliseconds: number, work: () => void) => () => void
  readonly theme: Theme
  readonly title: InertText
}

/** What comes so soon after a key came of it, and is read at once (milliseconds). */
const ANSWER_MS = 2000
/** What happens by itself is read this often at most (milliseconds): a busy queue must not talk over its operator. */
const CALM_MS = 4000

/** Reads the console aloud: the page once, then what has changed. */
export class Reader {
  readonly #options: ReaderOptions
  #told: { readonly model: Model; readonly spoken: Spoken } | null = null
  #latest: Model | null = null
  /** The page was come to and has not been read yet: its rows were not there. */
  #owesPage = false
  #endAnswer: (() => void) | null = null
  #endCalm: (() => void) | null = null

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  /** A key was pressed: what comes next is its answer. */
  heard(): void {
    this.#endAnswer?.()
    this.#endAnswer = this.#options.later(ANSWER_MS, () => {
      this.#endAnswer = null
    })
  }

  /** The console is now so. */
  look(model: Model): void {
    this.#latest = model
    if (this.#endAnswer === null && this.#endCalm !== null) return
    const isNews = this.#tell(model)
    if (!isNews || this.#endAnswer !== null || this.#endCalm !== null) return
    this.#endCalm = this.#options.later(CALM_MS, () => {
      this.#endCalm = null
      if (this.#latest !== null) this.look(this.#latest)
    })
  }

  /** Reads the page once more. */
  again(): void {
    if (this.#latest === null) return
    this.#told = null
    this.#tell(this.#latest)
  }

  /** Says what is new; whether anything was. */
  #tell(model: Model): boolean {
    if (this.#told?.model === model) return false
    const spoken = this.#spoken(model)
    const lines = this.#linesOf(model, spoken)
    this.#told = { model, spoken }
    if (lines.length > 0) this.#options.say(lines)
    return lines.length > 0
  }

  /** A page that was come to is read as a whole, once; then what changes on it. */
  #linesOf(model: Model, spoken: Spoken): readonly InertText[] {
    const before = this.#told
    const isArrival = before === null || before.model.page !== model.page
    const isOwed = isArrival || this.#owesPage
    this.#owesPage = isOwed && !spoken.isLoaded
    const page = isOwed && spoken.isLoaded ? pageOf(spoken) : []
    if (isArrival) return [...arrivalOf(before?.spoken ?? null, spoken), ...page]
    return isOwed ? page : newsOf(this.#asOf(before, model), spoken, this.#endAnswer !== null)
  }

  /** What was told, as it would be told now: that a minute has gone by is no news. */
  #asOf({ model, spoken }: { readonly model: Model; readonly spoken: Spoken }, { now }: Model): Spoken {
    return model.now === now ? spoken : this.#spoken({ ...model, now })
  }

  #spoken(model: Model): Spoken {
    return spokenOf(model, this.#options.theme, this.#options.title)
  }
}
