/**
 * How many guesses a password takes, after zxcvbn (Wheeler, USENIX Security 2016): the cheapest way to put it together
 * from common passwords, the person's own words, repetitions, runs and single characters.
 */

/** What an attacker tries first. */
export interface Guessable {
  /** Common passwords in lower case with their ranks from 1. */
  readonly common: ReadonlyMap<string, number>
  /** Words of this person and this place: username, address, the portal's name. Any case. */
  readonly own: readonly string[]
}

/** What a password is made of, as far as it is not of single characters. */
export type PieceKind = 'common' | 'own' | 'repeat' | 'run' | 'year'

export interface Guesses {
  /** The decimal logarithm of their number. */
  readonly log10: number
  /** What the cheapest way uses, each kind once. */
  readonly made: readonly PieceKind[]
}

export type Strength = 'weak' | 'fair' | 'strong'

/** Below 10^8 guesses a password is refused; from 10^12 on it is strong. */
export function strengthOf({ log10 }: Guesses): Strength {
  if (log10 < 8) return 'weak'
  return log10 < 12 ? 'fair' : 'strong'
}

/** What the cheapest way to the first characters costs, and the piece that it ends with. */
interface Way {
  readonly cost: number
  readonly from: number
  readonly kind: PieceKind | null
}

/** A character of its own counts for ten guesses, as zxcvbn has it. */
const SINGLE = 1
/** What it costs not to know where a piece ends. */
const JOINT = 0.3
const OWN_WORD = 0.5
const REPEAT = 1
const RUN = 1.5
const YEAR = 2
/** Shorter words fit by chance. */
const WORD_LENGTH = 3
const LONGEST_WORD = 40
const ROWS = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz',
  '2wsx',
  '3edc',
  '4rfv',
  '5tgb',
  '6yhn',
  '7ujm',
  '8ik,',
  '9ol.',
]
const RUNS = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))]
/** `p@ssw0rd` is the word that it stands for. */
const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

/** So many characters say enough: a password whose first 64 are easy is easy, and the work stays small. */
const LOOKED_AT = 64

/** How many guesses `password` takes of somebody who knows `guessable`; of a long one its first 64 characters. */
export function guesses(password: string, { common, own }: Guessable): Guesses {
  const letters = [...fold(password)].slice(0, LOOKED_AT)
  const disguised = letters.map((letter) => LEET[letter] ?? letter)
  const words = new Set(own.map(fold).filter((word) => [...word].length >= WORD_LENGTH))
  const ways: Way[] = [{ cost: 0, from: 0, kind: null }]
  const offer = (from: number, to: number, kind: PieceKind | null, cost: number) => {
    const total = (ways[from]?.cost ?? 0) + cost + (kind === null ? 0 : JOINT)
    if (total < (ways[to]?.cost ?? Number.POSITIVE_INFINITY)) ways[to] = { cost: total, from, kind }
  }
  for (let from = 0; from < letters.length; from++) {
    offer(from, from + 1, null, SINGLE)
    for (let to = from + WORD_LENGTH; to <= Math.min(letters.length, from + LONGEST_WORD); to++) {
      const piece = letters.slice(from, to).join('')
      const plain = disguised.slice(from, to).join('')
      // A disguise costs a guess or two more.
      const rank = common.get(piece) ?? 2 * (common.get(plain) ?? Number.POSITIVE_INFINITY)
      offer(from, to, 'common', Math.log10(rank + 1))
      if (words.has(piece) || words.has(plain)) offer(from, to, 'own', OWN_WORD)
      if (/^(19|20)[0-9]{2}$/.test(piece)) offer(from, to, 'year', YEAR)
    }
    for (let to = from + 2; to <= from + longestRepeat(letters, from); to++) offer(from, to, 'repeat', REPEAT)
    for (let to = from + WORD_LENGTH; to <= from + longestRun(letters, from); to++) offer(from, to, 'run', RUN)
  }
  return { log10: ways[letters.length]?.cost ?? 0, made: kindsOf(ways) }
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase()
/** How many characters at `at` say again what stands before them; they may overlap, as in `aaaa`. */
function longestRepeat(letters: readonly string[], at: number): number {
  let longest = 0
  for (let earlier = 0; earlier < at; earlier++) {
    let length = 0
    while (at + length < letters.length && letters[earlier + length] === letters[at + length]) length++
    longest = Math.max(longest, length)
  }
  return longest
}

/** How many characters at `at` follow one another: `abcd`, `4321`, `qwerty`. */
function longestRun(letters: readonly string[], at: number): number {
  const codes = letters.slice(at, at + LONGEST_WORD).map((letter) => letter.codePointAt(0) ?? 0)
  const step = (codes[1] ?? 0) - (codes[0] ?? 0)
  let length = Math.min(codes.length, 2)
  if (Math.abs(step) === 1)
    while (length < codes.length && (codes[length] ?? 0) - (codes[length - 1] ?? 0) === step) length++
  let row = WORD_LENGTH
  const startsRow = (count: number) => RUNS.some((run) => run.includes(letters.slice(at, at + count).join('')))
  while (at + row <= letters.length && startsRow(row)) row++
  return Math.max(length, row - 1)
}

function kindsOf(ways: readonly Way[]): readonly PieceKind[] {
  const kinds = new Set<PieceKind>()
  for (let at = ways.length - 1; at > 0; ) {
    const way = ways[at]
    if (way === undefined) break
    if (way.kind !== null) kinds.add(way.kind)
    at = way.from
  }
  return [...kinds]
}
