/** `damage`: something is lost or nothing can be written · `warning`: worth a look · `ok`: as it should be. */
export type Severity = 'ok' | 'warning' | 'damage'

export interface Finding {
  readonly severity: Severity
  /** The path. */
  readonly file: string
  /** The byte that it is about, or null for the file as a whole. */
  readonly offset: number | null
  /** A whole sentence. */
  readonly sentence: string
}

/** Takes a finding. */
export type Tell = (severity: Severity, file: string, sentence: string, offset?: number) => void
