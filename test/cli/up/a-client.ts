import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { connect as connectTls } from 'node:tls'
import { onTestFinished } from 'vitest'

/** A mail client that says what it is told to, word for word, and hears what comes back. */
export class Client {
  #socket: Socket
  #lines: AsyncIterator<string>

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#lines = linesOf(socket)
  }

  /** Connects and hears the greeting. */
  static async connect(port: number): Promise<Client> {
    const client = new Client(connectTcp({ host: '127.0.0.1', port }))
    onTestFinished(() => void client.#socket.destroy())
    await client.hear()
    return client
  }

  /** The next reply, a line an item. */
  async hear(): Promise<readonly string[]> {
    const lines: string[] = []
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done === true) throw new Error(`the server closed the connection after: ${lines.join(' / ')}`)
      lines.push(value)
      if (/^\d{3} /.test(value)) return lines
    }
  }

  async say(words: string | Buffer): Promise<readonly string[]> {
    this.#socket.write(words)
    this.#socket.write('\r\n')
    return this.hear()
  }

  /** STARTTLS; rejects when the server's certificate is not for 127.0.0.1 and by `ca`. */
  async secure(ca: string | undefined): Promise<void> {
    await this.say('STARTTLS')
    const secure = connectTls({ socket: this.#socket, host: '127.0.0.1', ...(ca === undefined ? {} : { ca }) })
    await once(secure, 'secureConnect')
    this.#socket = secure
    this.#lines = linesOf(secure)
    await this.say('EHLO client.example')
  }

  signIn(username: string, password: string): Promise<readonly string[]> {
    return this.say(`AUTH PLAIN ${Buffer.from(`\0${username}\0${password}`).toString('base64')}`)
  }
}

const linesOf = (socket: Socket) => createInterface({ input: socket })[Symbol.asyncIterator]()
