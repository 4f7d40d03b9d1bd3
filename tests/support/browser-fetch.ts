/** One request as it went over the wire. */
export interface Sent {
  method: string
  url: string
  headers: Headers
  status: number
}

const safelisted = ['accept', 'accept-language', 'content-language', 'content-type', 'origin']
const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']
const readable = ['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified']

const namesIn = (list: string | null): string[] => (list ?? '').split(',').map((name) => name.trim().toLowerCase())

/**
 * `fetch` as a browser has it for a page of another origin: it asks the service first where the request is no simple one,
 * sends only what was allowed, and shows only what was exposed (https://fetch.spec.whatwg.org/#http-cors-protocol).
 */
export function browserFetch(origin: string): { fetch: typeof fetch; sent: Sent[] } {
  const sent: Sent[] = []
  const send = async (request: Request): Promise<Response> => {
    const response = await fetch(request)
    sent.push({ method: request.method, url: request.url, headers: request.headers, status: response.status })
    return response
  }
  const checkOrigin = ({ headers }: Response) => {
    if (headers.get('access-control-allow-origin') !== origin) throw new TypeError('Failed to fetch: the origin')
  }
  const asBrowser = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const type = request.headers.get('content-type')?.split(';')[0] ?? 'text/plain'
    const unsafe = [...request.headers.keys()].filter((name) => !safelisted.includes(name))
    if (!formTypes.includes(type)) unsafe.push('content-type')
    if (unsafe.length > 0 || !['GET', 'HEAD', 'POST'].includes(request.method)) {
      const asked = {
        origin,
        'access-control-request-method': request.method,
        'access-control-request-headers': unsafe.sort().join(','),
      }
      const preflight = await send(new Request(request.url, { method: 'OPTIONS', headers: asked }))
      checkOrigin(preflight)
      const allowed = namesIn(preflight.headers.get('access-control-allow-headers'))
      const refused = unsafe.filter((name) => !allowed.includes(name))
      if (!preflight.ok || refused.length > 0) throw new TypeError(`Failed to fetch: ${refused.join()}`)
    }
    request.headers.set('origin', origin)
    const response = await send(request)
    checkOrigin(response)
    const shown = [...readable, ...namesIn(response.headers.get('access-control-expose-headers'))]
    const headers = [...response.headers].filter(([name]) => shown.includes(name))
    return new Response(await response.text(), { status: response.status, headers })
  }
  return { fetch: asBrowser as typeof fetch, sent }
}
