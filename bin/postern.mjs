#!/usr/bin/env node
import { wantsConsole } from './console.mjs'
import { launch } from './launch.mjs'

const isTerminal = process.stdin.isTTY && process.stdout.isTTY
await launch('postern', wantsConsole(process.argv.slice(2), isTerminal) ? 'console' : 'postern')
