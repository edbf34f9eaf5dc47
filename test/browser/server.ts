// test: a folder on the loopback interface, under several Content Security Policies: the first part of a URL's path names the policy.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const policies = {
  free: null,
  wasm: "script-src 'self' 'wasm-unsafe-eval'",
  tight: "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'",
  strict: "script-src 'self'",
} as const

export type Policy = keyof typeof policies

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' }

export interface Server {
  /** Of the folder under a policy. */
  url(policy: Policy, path: string): string
  close(): Promise<void>
}

export async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const [, policy, rest] = /^\/(\w+)(\/.*)$/.exec(decodeURI(new URL(request.url!, 'http://a').pathname)) ?? []
    try {
      const content = readFileSync(join(folder, normalize(rest)))
      const csp = policies[policy as Policy]
      response.writeHead(200, { 'content-type': types[extname(rest)] ?? 'text/plain', ...(csp && { 'content-security-policy': csp }) }).end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: (policy, path) => `http://127.0.0.1:${port}/${policy}/${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
