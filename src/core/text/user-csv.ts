import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { USER_FIELDS, type UserField } from '../domain/user.ts'
import { EXIT, Stop } from '../exit.ts'
import type { ImportRow } from '../usecases/import.ts'
import { inert } from './inert.ts'

/** A row of which no user can be made. */
export interface RowProblem {
  readonly line: number
  /** Null where it is about the row as a whole. */
  readonly field: UserField | null
  readonly why: string
}

export interface UserRows {
  readonly rows: readonly ImportRow[]
  readonly problems: readonly RowProblem[]
}

const MOST_ROWS = 100_000
/** Empty lines count: a file of nothing else would keep the parser busy for minutes. */
const MOST_LINES = 1_000_000
/** Of a line, and of a row, which may have several. */
const LONGEST_ROW = 64 * 1024
const TOO_LONG = `it is over ${LONGEST_ROW / 1024} KB long, which no user needs`
const NEWLINE = 0x0a
const BYTE_ORDER_MARK = Buffer.from('\ufeff')
const UTF_16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])]
const ADVICE = 'save the file as UTF-8'

/**
 * Reads users from a CSV file, in bounded memory whatever the file is.
 * @throws Stop with exit status 2, naming the line, when the file as a whole cannot be taken: it is not UTF-8, its
 * header is another one, its quotes do not match, it is too long.
 */
export async function readUserRows(file: string): Promise<UserRows> {
  const reader = new RowReader(file)
  const parser = parse({
    // Rows of the wrong length are told by line, with all that is wrong.
    relax_column_count: true,
    record_delimiter: '\n',
    max_record_size: LONGEST_ROW,
    on_record: (record: string[]) => {
      reader.take(record)
      return null
    },
  })
  parser.resume()
  try {
    await pipeline(createReadStream(file), (chunks: AsyncIterable<Buffer>) => checkedLines(chunks, file), parser)
  } catch (error) {
    throw reader.explain(error)
  }
  return reader.finish()
}

/** A file that cannot be taken, in a whole sentence. */
const wrongFile = (sentence: string): Stop => new Stop(EXIT.usage, sentence)

const quoted = (text: string): string => `"${inert(text, 80)}"`

const refused = (file: string, line: number, why: string): Stop => wrongFile(`${file}, line ${line}: ${why}.`)

/** The file's text with LF for CRLF, whole lines at a time, each checked to be UTF-8 of a sane length. */
async function* checkedLines(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<string> {
  let line = 1
  let rest: Buffer = Buffer.alloc(0)
  const checked = (bytes: Buffer): string => {
    line = checkLines(bytes, line, file)
    return bytes.toString().replaceAll('\r\n', '\n')
  }
  let begun = false
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (!begun && rest.length < BYTE_ORDER_MARK.length) continue
    if (!begun) rest = withoutMark(rest, file)
    begun = true
    const end = rest.lastIndexOf(NEWLINE) + 1
    if (end > 0) yield checked(rest.subarray(0, end))
    rest = rest.subarray(end)
    if (rest.length > LONGEST_ROW) throw refused(file, line, TOO_LONG)
  }
  if (rest.length > 0) yield checked(rest)
}

function withoutMark(bytes: Buffer, file: string): Buffer {
  if (UTF_16_MARKS.some((mark) => bytes.subarray(0, mark.length).equals(mark))) {
    throw refused(file, 1, `it is UTF-16: ${ADVICE}`)
  }
  const mark = bytes.subarray(0, BYTE_ORDER_MARK.length)
  return mark.equals(BYTE_ORDER_MARK) ? bytes.subarray(mark.length) : bytes
}

/** Checks whole lines, the first of which has the number `line`; the number of the one behind them. */
function checkLines(bytes: Buffer, line: number, file: string): number {
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline === -1 ? bytes.length : newline
    const text = bytes.subarray(start, end)
    if (text.length > LONGEST_ROW) throw refused(file, line, TOO_LONG)
    if (line > MOST_LINES) throw refused(file, line, `it has more than ${MOST_LINES.toLocaleString('en')} lines`)
    if (text.includes(0)) throw refused(file, line, `it holds a NUL byte, as UTF-16 does: ${ADVICE}`)
    if (!isUtf8(text)) throw refused(file, line, `it is not UTF-8: ${ADVICE}`)
    start = end + 1
  }
  return line
}

const QUOTES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened here and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'something stands behind a closing quote; a quote within a field is written twice',
  INVALID_OPENING_QUOTE: 'a quote stands within a field that is not quoted',
  CSV_MAX_RECORD_SIZE: TOO_LONG,
}

/** Makes rows of records, and knows on which line each begins. */
class RowReader {
  readonly #file: string
  readonly #rows: ImportRow[] = []
  readonly #problems: RowProblem[] = []
  #columns: readonly UserField[] | null = null
  /** Where the next record begins. */
  #line = 1

  constructor(file: string) {
    this.#file = file
  }

  take(record: readonly string[]): void {
    const line = this.#line
    this.#line += 1 + record.reduce((sum, field) => sum + field.split('\n').length - 1, 0)
    // An empty line.
    if (record.length === 1 && record[0] === '') return
    if (this.#columns === null) this.#columns = this.#header(record, line)
    else this.#row(record, line, this.#columns)
  }

  finish(): UserRows {
    if (this.#columns === null) throw refused(this.#file, 1, `it is empty; ${HEADER}`)
    return { rows: this.#rows, problems: this.#problems }
  }

  /** An error on the way as one that an operator can mend, where it is one. */
  explain(error: unknown): unknown {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
    if (code === 'ENOENT') return wrongFile(`There is no file ${quoted(this.#file)}.`)
    if (['EACCES', 'EISDIR', 'ENOTDIR', 'ELOOP'].includes(code)) {
      return wrongFile(`${quoted(this.#file)} cannot be read (${code}).`)
    }
    const why = QUOTES[code]
    return why === undefined ? error : refused(this.#file, this.#line, why)
  }

  #header(record: readonly string[], line: number): readonly UserField[] {
    const columns = record.flatMap((name) => USER_FIELDS.find((field) => field === name) ?? [])
    const whole = record.length === USER_FIELDS.length && new Set(columns).size === USER_FIELDS.length
    if (!whole) throw refused(this.#file, line, `${HEADER}, not ${quoted(record.join(','))}`)
    return columns
  }

  #row(record: readonly string[], line: number, columns: readonly UserField[]): void {
    if (this.#rows.length + this.#problems.length >= MOST_ROWS) {
      throw refused(this.#file, line, `it has more than ${MOST_ROWS.toLocaleString('en')} users: divide it`)
    }
    if (record.length !== columns.length) {
      this.#problems.push({ line, field: null, why: `has ${record.length} fields instead of ${columns.length}` })
      return
    }
    const fields = { username: '', email: '', name: '', locale: '' }
    columns.forEach((column, index) => {
      fields[column] = record[index] ?? ''
    })
    this.#rows.push({ line, fields })
  }
}

const HEADER = `the header must be ${USER_FIELDS.join(',')}`
