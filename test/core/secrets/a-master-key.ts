import { MasterKeys } from '../../../src/core/secrets/master-key.ts'

/** Master keys of these numbers, the same in every run: key N is 32 bytes of N. */
export function masterKeys(...numbers: number[]): MasterKeys {
  return new MasterKeys(new Map(numbers.map((number) => [number, new Uint8Array(32).fill(number)])))
}
