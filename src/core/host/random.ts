import { randomBytes } from 'node:crypto'
import { makeIds } from '../domain/ids.ts'

/** Ids from the system's randomness. */
export const systemIds = makeIds(randomBytes)
