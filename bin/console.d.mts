export function wantsConsole(argv: readonly string[], isTerminal: boolean): boolean
