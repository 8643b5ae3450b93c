// What Ink and its libraries ask of Unicode while they are loaded costs the console's start 32 ms: the first
// Intl.Segmenter takes 13 ms, the pattern of all emoji 19 ms. They are made to ask src/core/text, which looks at nearly
// all that is drawn without either.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { INK, insist } from './insist.mjs'

/** A library that makes Intl.Segmenters, and how many. */
const SEGMENTERS = {
  'wrap-ansi/index.js': 1,
  'cli-truncate/index.js': 1,
  'slice-ansi/tokenize-ansi.js': 1,
  '@alcalzone/ansi-tokenize/build/tokenize.js': 1,
  'ink/build/line-update.js': 1,
}
const MADE = /new Intl\.Segmenter\([^()]*\)/g

const segmenter = (root) => `
import { graphemesIn } from ${JSON.stringify(join(root, 'src/core/text/graphemes.ts'))};
const oneForAll = {
    segment(text) {
        const graphemes = graphemesIn(text);
        if (Array.isArray(graphemes)) graphemes.containing = at => graphemes[at];
        return graphemes;
    },
};`

/** In the place of string-width, with the same widths: test/core/text/width.test.ts compares them. */
const stringWidth = (root) => `
import stripAnsi from 'strip-ansi';
import { cellsOf } from ${JSON.stringify(join(root, 'src/core/text/width.ts'))};
export default function stringWidth(text, { countAnsiEscapeCodes = false } = {}) {
    return cellsOf(countAnsiEscapeCodes ? text : stripAnsi(text));
}`

async function withoutSegmenters(root, path) {
  const name = Object.keys(SEGMENTERS).find((each) => path.endsWith(each))
  const source = await readFile(path, 'utf8')
  const found = source.match(MADE)?.length ?? 0
  if (found === SEGMENTERS[name]) return { contents: `${segmenter(root)}\n${source.replace(MADE, 'oneForAll')}` }
  const text = `${name} makes ${found} Intl.Segmenters instead of ${SEGMENTERS[name]}: see scripts/text-without-intl.mjs`
  return { errors: [{ text }] }
}

/** esbuild's plug-in for the checkout at `root`. */
export const textWithoutIntl = (root) => ({
  name: 'text-without-intl',
  setup(build) {
    insist(build, INK, ['string-width/index.js', ...Object.keys(SEGMENTERS)], 'scripts/text-without-intl.mjs')
    build.onLoad({ filter: /\/string-width\/index\.js$/ }, () => ({ contents: stringWidth(root) }))
    build.onLoad(
      {
        filter:
          /(wrap-ansi|cli-truncate)\/index\.js$|slice-ansi\/tokenize-ansi\.js$|ansi-tokenize\/build\/tokenize\.js$|ink\/build\/line-update\.js$/,
      },
      ({ path }) => withoutSegmenters(root, path),
    )
  },
})
