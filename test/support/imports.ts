import { posix } from 'node:path'
import { transform } from 'esbuild'

/** What one source file imports and says. */
export interface Source {
  /** Its path below the checkout, with `/`. */
  readonly file: string
  /** What it imports, by value or by type: a path below the checkout for its own files, else the package or `node:`. */
  readonly imports: readonly string[]
  /** Dynamic imports of something that is not a plain string: nobody can say what they load. */
  readonly unclear: readonly string[]
  /** The code as JavaScript, without types and comments. */
  readonly code: string
}

/** Statements, as esbuild writes them: in double quotes, each at the start of a line; those of types alone are gone. */
const BY_VALUE = /^(?:import|export)\s*(?:[\w$*{][^;"]*?\bfrom\s*)?"([^"\n]+)"/gm
const DYNAMIC = /(?<![.\w$])(?:import|require|require\.resolve)\(\s*([^)]*?)\s*[,)]/g
const STRING = /^"([^"\n]+)"$/
/** In the source: statements that import or pass on types alone, and `import('…')` within a type. */
const BY_TYPE = /^[ \t]*(?:import\s+type\b[^'"`;=()]*?|export\s+type\s*[*{][^'"`;=()]*?)from\s*['"]([^'"\n]+)['"]/gm
const IN_TYPE = /\bimport\(\s*['"]([^'"\n]+)['"]\s*[,)]/g

/** Reads one file: TypeScript or TSX, formatted in any way. */
export async function read(file: string, text: string): Promise<Source> {
  const { code } = await transform(text, {
    sourcefile: file,
    loader: file.endsWith('x') ? 'tsx' : 'ts',
    jsx: 'preserve',
    legalComments: 'none',
    // An import that is used as a type only stays an import.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  })
  const dynamic = groups(code, DYNAMIC)
  const literal = dynamic.flatMap((argument) => STRING.exec(argument)?.[1] ?? [])
  const specifiers = [...groups(code, BY_VALUE), ...literal, ...groups(text, BY_TYPE), ...groups(text, IN_TYPE)]
  return {
    file,
    imports: [...new Set(specifiers.map((specifier) => resolve(file, specifier)))],
    unclear: dynamic.filter((argument) => !STRING.test(argument)),
    code,
  }
}

/** The first group of each match. */
function groups(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap((match) => match[1] ?? [])
}

/** What a specifier means in a file: a path below the checkout when it is relative, else itself. */
export function resolve(file: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier
}
