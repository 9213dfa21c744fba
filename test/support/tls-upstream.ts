import { once } from 'node:events'
import {
  createServer as createProxy,
  type IncomingMessage,
  type Server as ProxyServer,
} from 'node:http'
import { createServer, type Server } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'

/** The name that the certificate is for, which no name server knows. */
export const TLS_HOST = 'provider.test'

/** For `NODE_EXTRA_CA_CERTS`. Made for these tests, until 2126; it protects nothing. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUegAwIBAgIURz+5lpF+zLmdKb640D6+SVT3tXMwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNcHJvdmlkZXIudGVzdDAgFw0yNjExMjMwNTQ3MDRaGA8yMTI2
MTAzMDA1NDcwNFowGDEWMBQGA1UEAwwNcHJvdmlkZXIudGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABKTocwrkYK+mi7vK+1R/EeiiAtuaOjBnSwCnQMkn5Zaj
ZqSzRkmOkcgjBN+Z/truSxYwdMG38C5GshO89v4AgdOjbTBrMB0GA1UdDgQWBBTe
2YZgxmnKYFiZNMKU9Wn2Z9RjmjAfBgNVHSMEGDAWgBTe2YZgxmnKYFiZNMKU9Wn2
Z9RjmjAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDXByb3ZpZGVyLnRlc3Qw
CgYIKoZIzj0EAwIDSAAwRQIgAToT/9yG8VMk3GRzGnCuUNRYjh1TqZkOW7+lzRbK
kSICIQD8OqnRsS+C6dE8G7qSduShz+dVlmLgLLZb4Tq2/MT/wg==
-----END CERTIFICATE-----
`

const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSeln1gChAHuAv6Zk
KO8xZ4YwFeag/scohVNXXh3Jz92hRANCAASk6HMK5GCvpou7yvtUfxHoogLbmjow
Z0sAp0DJJ+WWo2aks0ZJjpHIIwTfmf7a7ksWMHTBt/AuRrITvPb+AIHT
-----END PRIVATE KEY-----
`

interface Listening {
  readonly port: number
  readonly close: () => void
}

/** A server that speaks TLS alone and answers every request with this. */
export async function tlsUpstream(
  answer: object,
): Promise<Listening & { readonly received: readonly IncomingMessage[] }> {
  const received: IncomingMessage[] = []
  const server = createServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
    received.push(request)
    request.resume()
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  return { received, ...(await listening(server)) }
}

/** A proxy that leads every tunnel to one port; what it was asked for, and all that it was told. */
export async function tunnelProxy(
  port: number,
): Promise<
  Listening & { readonly tunnels: readonly string[]; readonly headers: readonly string[] }
> {
  const tunnels: string[] = []
  const headers: string[] = []
  const sockets: Socket[] = []
  const server = createProxy((_, response) => response.writeHead(500).end('no tunnel'))
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    tunnels.push(request.url ?? '')
    headers.push(JSON.stringify(request.headers))
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      client.pipe(upstream).pipe(client)
    })
    for (const socket of [client, upstream]) socket.on('error', () => {})
    sockets.push(client, upstream)
  })
  const { port: own, close } = await listening(server)
  return {
    tunnels,
    headers,
    port: own,
    close: () => {
      for (const socket of sockets) socket.destroy()
      close()
    },
  }
}

async function listening(server: Server | ProxyServer): Promise<Listening> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
