import { Box, Text } from 'ink'
import { inert } from '../core/text/inert.ts'

/** What stands on the screen while a large store is being read. */
export function Opening({ data, version }: { readonly data: string; readonly version: string }) {
  return (
    <Box flexDirection="column">
      <Text wrap="truncate"> postern {inert(version)}</Text>
      <Text> </Text>
      <Text wrap="truncate" dimColor>
        {' '}
        Reading {inert(data)} …
      </Text>
    </Box>
  )
}
