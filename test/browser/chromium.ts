// test: Chromium without a window, driven over its debugging pipe (Chrome DevTools Protocol): opens pages, reads their console.
import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--remote-debugging-pipe'],
]

/** The program that CHROMIUM names, or one in PATH, or null. */
export function findChromium(): string | null {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  const folders = (process.env.PATH ?? '').split(delimiter)
  const paths = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => folders.map((folder) => join(folder, name)))
  return paths.find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export interface Chromium {
  /** Name and version. */
  readonly product: string
  /**
   * Opens a page and waits for its first line in the console, which is returned. Rejects where the page throws before, or prints
   * nothing for 30 s.
   */
  open(url: string): Promise<string>
  close(): Promise<void>
}

interface Message {
  readonly id?: number
  readonly sessionId?: string
  readonly method?: string
  // biome-ignore lint/suspicious/noExplicitAny: another object for each method of the protocol
  readonly params?: any
  // biome-ignore lint/suspicious/noExplicitAny: the same
  readonly result?: any
  readonly error?: { readonly message: string }
}

export async function startChromium(path: string): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), 'theano-chromium-'))
  // A group of processes of its own: Debian's chromium is a script that starts the program.
  const browser = spawn(path, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve, reject) => browser.once('exit', () => resolve()).once('error', reject))
  ended.catch(() => {})
  const { send, listen } = protocol(browser.stdio[3] as Writable, browser.stdio[4] as Readable, ended)

  async function open(url: string): Promise<string> {
    const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
    const line = new Promise<string>((resolve, reject) => {
      const log: string[] = []
      const late = setTimeout(() => reject(Error(`${url} printed nothing in 30 s\n${log.join('\n')}`)), 30_000)
      listen(sessionId, ({ method, params }) => {
        if (method === 'Log.entryAdded') log.push(`${params.entry.text} ${params.entry.url ?? ''}`)
        else if (method === 'Runtime.consoleAPICalled') resolve(params.args.map((a: { value: unknown }) => a.value).join(' '))
        else if (method === 'Runtime.exceptionThrown') reject(Error(`${url}: ${params.exceptionDetails.exception?.description}\n${log.join('\n')}`))
        else return
        if (method !== 'Log.entryAdded') clearTimeout(late)
      })
    })
    line.catch(() => {})
    for (const [method, params] of [['Runtime.enable'], ['Log.enable'], ['Page.navigate', { url }]] as const) await send(method, params, sessionId)
    return line.finally(() => send('Target.closeTarget', { targetId }))
  }

  async function close(): Promise<void> {
    const late = setTimeout(() => browser.pid && process.kill(-browser.pid, 'SIGKILL'), 5000)
    await Promise.allSettled([send('Browser.close'), ended])
    clearTimeout(late)
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }

  try {
    const { product } = await send('Browser.getVersion')
    return { product, open, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Listener = (message: Message) => void

/** Requests and events over the pipe: JSON with a zero after each message. Requests reject when the browser has ended. */
function protocol(to: Writable, from: Readable, ended: Promise<void>) {
  const waiting = new Map<number, { resolve(result: Message['result']): void; reject(error: Error): void }>()
  const listeners = new Map<string, Listener>()
  let count = 0
  let rest = ''
  from.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\0')
    rest = parts.pop()!
    for (const part of parts) {
      const message = JSON.parse(part) as Message
      const request = message.id === undefined ? undefined : waiting.get(message.id)
      if (request === undefined) listeners.get(message.sessionId ?? '')?.(message)
      else if (message.error) request.reject(Error(message.error.message))
      else request.resolve(message.result)
      if (message.id !== undefined) waiting.delete(message.id)
    }
  })
  to.on('error', () => {})
  let end: Error | undefined
  const stop = (cause?: unknown): void => {
    end = Error('Chromium has ended', { cause })
    for (const { reject } of waiting.values()) reject(end)
  }
  ended.then(() => stop(), stop)
  return {
    send: (method: string, params: object = {}, sessionId?: string): Promise<Message['result']> =>
      new Promise((resolve, reject) => {
        if (end) reject(end)
        waiting.set(++count, { resolve, reject })
        to.write(`${JSON.stringify({ id: count, method, params, sessionId })}\0`)
      }),
    listen: (sessionId: string, listener: Listener): void => void listeners.set(sessionId, listener),
  }
}
