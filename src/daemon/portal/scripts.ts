import type { Hono } from 'hono'
import { makeCommonList } from './hint/common-list.ts'
import { makeScript } from './hint/script.ts'
import type { Env } from './visit.ts'

/** The script of the pages where a new password is chosen, and the list that it loads. */
export const SCRIPTS = ['/hint.js', '/common-passwords.js'] as const

const SCRIPT = { 'Content-Type': 'text/javascript; charset=utf-8' } as const
/** The list is nobody's secret, and one of yesterday says nearly the same: nobody need fetch 200 KB twice a day. */
const LIST = { ...SCRIPT, 'Cache-Control': 'public, max-age=86400', Vary: 'Accept-Encoding' } as const

/** Serves both; each is made when it is first asked for. */
export function serveScripts(app: Hono<Env>): void {
  let script: ReturnType<typeof makeScript> | null = null
  app.get('/hint.js', async (c) => {
    script ??= makeScript()
    return c.body(await script, 200, SCRIPT)
  })
  let list: ReturnType<typeof makeCommonList> | null = null
  app.get('/common-passwords.js', async (c) => {
    list ??= makeCommonList()
    const { plain, gzipped } = await list
    if (!takesGzip(c.req.header('accept-encoding'))) return c.body(plain, 200, LIST)
    return c.body(gzipped, 200, { ...LIST, 'Content-Encoding': 'gzip' })
  })
}

/** Whether an Accept-Encoding header names gzip, and not with the weight 0 (RFC 9110, 12.5.3). */
function takesGzip(header = ''): boolean {
  return header.split(',').some((coding) => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$)[\d.]+\s*)?$/i.test(coding))
}
