import type { BuildOptions } from 'esbuild'

export function bundling(
  root: string,
  entryPoints: Readonly<Record<string, string>>,
  outdir: string,
): BuildOptions & { write: false }
