import { CaretallyError, healthAnswer, type HealthCheck, type Logger } from '@caretally/runtime'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { z } from 'zod'

import type { AccessRecord } from './access-record.ts'
import type { Endpoint, Source } from './endpoint.ts'
import type { Guard } from './guard.ts'
import { namesLoopback } from './loopback.ts'
import { openApiDocument, type Refusal } from './open-api.ts'
import type { PageFile } from './page-files.ts'
import type { RequestMeter } from './request-meter.ts'

interface ServerParts {
  endpoints: readonly Endpoint[]
  source: Source
  pageFiles: ReadonlyMap<string, PageFile>
  guard: Guard
  record: AccessRecord
  health: HealthCheck
  meter: RequestMeter
  logger: Logger
  /** Requests must name this machine, for it is bound to loopback. */
  loopbackOnly: boolean
}

const BODY_BYTES_MAX = 4_096
const REQUEST_MS_MAX = 10_000

/** Nothing comes from elsewhere, nothing is run that is not a file of ours, and nobody may put the page into another. */
const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
}

/** The name of a file below `assets` changes with its content. */
const FOREVER = 'public, max-age=31536000, immutable'

/** What may be had without a token: the way in, how it looks, and whether it is well. */
const OPEN = /^\/((login|livez|readyz)$|assets\/)/

/**
 * The HTTP server: security headers on everything, then the host, then the token, then the answer; every query and every
 * attempt to log in is recorded before it is answered.
 */
export function createServer(parts: ServerParts): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    frameworkErrors: (_, __, reply) => {
      void reply.headers(SECURITY_HEADERS)
      refuse(reply, 400, { code: 'request_invalid', message: 'the address is not one' })
    },
  })
  measureRequests(app, parts.meter)
  recordQueries(app, parts)
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ ...SECURITY_HEADERS, 'cache-control': 'no-store' })
    if (admit(request, reply, parts)) done()
  })
  answerErrors(app, parts.logger)
  servePage(app, parts.pageFiles)
  serveLogin(app, parts.guard)
  serveHealth(app, parts.health)
  serveApi(app, parts)
  return app
}

/** Whether the request may go on; otherwise it has its answer. */
function admit(request: FastifyRequest, reply: FastifyReply, { guard, loopbackOnly }: ServerParts): boolean {
  if (loopbackOnly && !namesLoopback(request.headers.host)) {
    refuse(reply, 421, {
      code: 'host_unexpected',
      message: 'this dashboard is 127.0.0.1 or localhost, and nobody else',
    })
    return false
  }
  if (OPEN.test(routeOf(request)) || guard.holderOf(request.headers) !== undefined) return true
  if (isQuery(request)) {
    const hint = 'send it as Authorization: Bearer …'
    void reply.header('www-authenticate', 'Bearer')
    refuse(reply, 401, { code: 'token_missing', message: 'this needs the token of the dashboard', hint })
  } else {
    void reply.redirect('/login', 303)
  }
  return false
}

function measureRequests(app: FastifyInstance, meter: RequestMeter): void {
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    meter.answered(route.startsWith('/assets/') ? '/assets/*' : route, reply.statusCode, reply.elapsedTime)
    done()
  })
}

/** The record is written before the answer leaves; when that fails, so does the query, or the attempt to log in. */
function recordQueries(app: FastifyInstance, { guard, record, source, logger }: ServerParts): void {
  const starts = new WeakMap<FastifyRequest, number>()
  app.addHook('onRequest', (request, _, done) => {
    starts.set(request, performance.now())
    done()
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (!isQuery(request) && !isLogin(request)) return payload
    try {
      await record.add({
        time: new Date(source.clock.now()).toISOString(),
        address: request.ip,
        holder: guard.holderOf(request.headers) ?? (reply.hasHeader('set-cookie') ? 'token' : null),
        path: pathOf(request),
        parameters: request.query,
        status: reply.statusCode,
        duration_ms: Math.round(performance.now() - starts.get(request)!),
      })
      return payload
    } catch (error) {
      logger.error({ error }, 'a query was not answered')
      for (const ofTheAnswer of ['content-length', 'content-disposition', 'location', 'set-cookie']) {
        void reply.removeHeader(ofTheAnswer)
      }
      void reply.code(503).type('application/json; charset=utf-8')
      const refusal: Refusal = { code: 'access_not_recorded', message: 'the access record cannot be written' }
      return JSON.stringify(refusal)
    }
  })
}

function serveApi(app: FastifyInstance, { endpoints, source }: ServerParts): void {
  for (const { path, respond } of endpoints) {
    app.get(path, async ({ query }, reply) => {
      const answer = await respond(query, source)
      if ('problems' in answer) {
        return refuse(reply, 400, { code: 'parameters_invalid', message: 'wrong parameters', ...answer })
      }
      if ('json' in answer) return reply.send(answer.json)
      const name = `caretally-${path.slice('/api/'.length)}.csv`
      void reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}"`)
      return reply.send(answer.csv)
    })
  }
  const document = openApiDocument(endpoints)
  app.get('/api/openapi.json', () => document)
}

function servePage(app: FastifyInstance, files: ReadonlyMap<string, PageFile>): void {
  for (const [name, { type, body }] of files) {
    const route = name === 'index.html' ? '/' : name === 'login.html' ? '/login' : `/${name}`
    app.get(route, (_, reply) => {
      if (name.startsWith('assets/')) void reply.header('cache-control', FOREVER)
      return reply.type(type).send(body)
    })
  }
}

const loginForm = z.object({ token: z.string() })

function serveLogin(app: FastifyInstance, guard: Guard): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))))
  })
  app.post('/login', (request, reply) => {
    const form = loginForm.safeParse(request.body)
    const cookie = form.success ? guard.logIn(form.data.token) : undefined
    if (cookie === undefined) return reply.redirect('/login#wrong', 303)
    return reply.header('set-cookie', cookie).redirect('/', 303)
  })
}

/** For whoever starts and stops the dashboard: 200, or 503 and a line that says why. */
function serveHealth(app: FastifyInstance, health: HealthCheck): void {
  for (const [route, question] of [
    ['/livez', 'whyNotAlive'],
    ['/readyz', 'whyNotReady'],
  ] as const) {
    app.get(route, async (_, reply) => {
      const { status, body } = healthAnswer(await health[question]())
      return reply.code(status).send(body)
    })
  }
}

/** What the caller can mend. */
const CALLERS_FAULTS = new Set(['range_invalid', 'years_invalid', 'metric_unknown'])

function answerErrors(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((_, reply) => refuse(reply, 404, { code: 'not_found', message: 'there is nothing here' }))
  app.setErrorHandler((error: FastifyError | CaretallyError, _, reply) => {
    if (error instanceof CaretallyError) {
      const { code, message, hint } = error
      const isCallers = CALLERS_FAULTS.has(code)
      if (!isCallers) logger.error({ error }, 'a query failed')
      return refuse(reply, isCallers ? 400 : 503, { code, message, ...(hint !== undefined && { hint }) })
    }
    const { statusCode = 500 } = error
    if (statusCode < 500)
      return refuse(reply, statusCode, { code: 'request_invalid', message: 'the request is not one' })
    logger.error({ error }, 'a query failed')
    return refuse(reply, 500, { code: 'failed', message: 'the dashboard failed; its log says why' })
  })
}

function refuse(reply: FastifyReply, status: number, refusal: Refusal): FastifyReply {
  return reply.code(status).send(refusal)
}

/** Every question to the API, also one that it does not know. */
function isQuery(request: FastifyRequest): boolean {
  return routeOf(request).startsWith('/api/')
}

/** An attempt to log in, right or wrong. */
function isLogin(request: FastifyRequest): boolean {
  return request.method === 'POST' && routeOf(request) === '/login'
}

/** The route that answers, however its address was written: `/%61pi` is `/api` too. Where there is none, the address. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? pathOf(request)
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0]!
}
