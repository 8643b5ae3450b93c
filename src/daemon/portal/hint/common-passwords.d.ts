/** What /common-passwords.js gives to the script of a page. */
declare module 'common-passwords' {
  /** The common passwords by rank, a line each, folded to lower case. */
  const list: string
  export default list
}
