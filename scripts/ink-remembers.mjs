// Ink makes every line of a frame anew from styled characters, each an object of its own, and forgets all of it with the
// frame. A key changes a few lines of forty: what is made of the same text is here remembered from frame to frame.
// Measured at 140x40: a move of the cursor costs 9 ms of CPU instead of 13.
import { readFile } from 'node:fs/promises'
import { INK, insist } from './insist.mjs'

/** A memory of some screens full; what is over it is forgotten, all at once. */
const MEMORY = `
function remembering(make) {
    let known = new Map();
    return (text) => {
        let made = known.get(text);
        if (made === undefined) {
            if (known.size > 1500) known = new Map();
            made = make(text);
            known.set(text, made);
        }
        return made;
    };
}`

const OUTPUT = `
let lines = new OutputCaches();
function remembered() {
    if (lines.styledChars.size + lines.widths.size + lines.cut.size > 1500) lines = new OutputCaches();
    return lines;
}
const BLANK = { type: 'char', value: ' ', fullWidth: false, styles: [] };
let lastRows = [];
/** The rows as text; one whose cells are those of the last frame is as it was. */
function rowsAsText(rows, asText) {
    const before = lastRows;
    lastRows = rows.map((cells, y) => {
        const last = before[y];
        const isSame = last?.cells.length === cells.length && cells.every((cell, x) => cell === last.cells[x]);
        return isSame ? last : { cells, text: asText(cells) };
    });
    return lastRows.map(({ text }) => text);
}
function textLines(caches, text) {
    const lines = [[]];
    for (const character of caches.getStyledChars(text)) {
        if (character.value === '\\n') lines.push([]);
        else lines.at(-1).push(character);
    }
    return lines.map((line) => styledCharsToString(line));
}
${MEMORY}`

/** What is replaced in which of Ink's files, each exactly once, and what is added at its end. */
const CHANGES = {
  'ink/build/output.js': {
    replace: [
      ['caches = new OutputCaches();', 'caches = remembered();'],
      ['    widths = new Map();', '    widths = new Map();\n    cut = new Map();\n    lines = new Map();'],
      [
        `row.push({
                    type: 'char',
                    value: ' ',
                    fullWidth: false,
                    styles: [],
                });`,
        'row.push(BLANK);',
      ],
      [
        `        const characterLines = [[]];
        for (const character of this.caches.getStyledChars(text)) {
            if (character.value === '\\n') {
                characterLines.push([]);
            }
            else {
                characterLines.at(-1).push(character);
            }
        }
        let lines = characterLines.map(line => styledCharsToString(line));`,
        `        let lines = this.caches.lines.get(text);
        if (lines === undefined) this.caches.lines.set(text, (lines = textLines(this.caches, text)));`,
      ],
      [
        'return this.sliceLineToColumns(line, from, to);',
        `const key = \`\${from} \${to} \${line}\`;
                    let cut = this.caches.cut.get(key);
                    if (cut === undefined) this.caches.cut.set(key, (cut = this.sliceLineToColumns(line, from, to)));
                    return cut;`,
      ],
      [
        `output
            .map(line => {`,
        'rowsAsText(output, line => {',
      ],
    ],
    add: OUTPUT,
  },
  'ink/build/sanitize-ansi.js': {
    replace: [
      ['const sanitizeAnsi = (text) => {', 'const sanitizeAnsi = remembering((text) => {'],
      ['    return output + pendingStyles;\n};', '    return output + pendingStyles;\n});'],
    ],
    add: MEMORY,
  },
  'widest-line/index.js': {
    replace: [
      ['export default function widestLine(string) {', 'export default remembering(function widestLine(string) {'],
      ['return lineWidth;\n}', 'return lineWidth;\n})'],
    ],
    add: MEMORY,
  },
}

function changed(name, source) {
  const { replace, add } = CHANGES[name]
  let contents = source
  for (const [before, after] of replace) {
    const parts = contents.split(before)
    if (parts.length !== 2) {
      const text = `${name} has ${JSON.stringify(before)} in ${parts.length - 1} places instead of 1: see scripts/ink-remembers.mjs`
      return { errors: [{ text }] }
    }
    contents = parts.join(after)
  }
  return { contents: `${contents}\n${add}` }
}

/** esbuild's plug-in. */
export const inkRemembers = {
  name: 'ink-remembers',
  setup(build) {
    insist(build, INK, Object.keys(CHANGES), 'scripts/ink-remembers.mjs')
    build.onLoad({ filter: /(ink\/build\/(output|sanitize-ansi)|widest-line\/index)\.js$/ }, async ({ path }) => {
      const name = Object.keys(CHANGES).find((each) => path.endsWith(each))
      return changed(name, await readFile(path, 'utf8'))
    })
  },
}
