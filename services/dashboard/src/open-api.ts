import { z } from 'zod'

import type { Endpoint } from './endpoint.ts'

/** The OpenAPI 3.1 document of the API, from the schemas by which it checks and answers. */
export function openApiDocument(endpoints: readonly Endpoint[]): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'caretally',
      version: '1',
      description: 'Read-only figures of a patient portal. Days are those of the reporting time zone.',
    },
    security: [{}, { token: [] }],
    paths: Object.fromEntries(endpoints.map((endpoint) => [endpoint.path, { get: operationOf(endpoint) }])),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'DASHBOARD_TOKEN, where the dashboard has one' },
      },
      schemas: { Refusal: withoutDialect(z.toJSONSchema(refusal)) },
    },
  }
}

/** The body of every answer that is not the asked one. */
const refusal = z.strictObject({
  code: z.string().describe('Stable, in snake_case'),
  message: z.string(),
  hint: z.string().optional(),
  problems: z.array(z.strictObject({ parameter: z.string(), problem: z.string() })).optional(),
})
export type Refusal = z.infer<typeof refusal>

function operationOf({ path, summary, parameters, answer, hasCsv }: Endpoint): object {
  const { properties = {}, required = [] } = z.toJSONSchema(parameters, { io: 'input' })
  return {
    operationId: path.slice('/api/'.length),
    summary,
    parameters: Object.entries(properties).map(([name, schema]) => {
      return { name, in: 'query', required: required.includes(name), schema }
    }),
    responses: {
      200: {
        description: 'The answer',
        content: {
          'application/json': { schema: withoutDialect(z.toJSONSchema(answer)) },
          ...(hasCsv && { 'text/csv': { schema: { type: 'string' } } }),
        },
      },
      400: refusedBecause('A parameter is wrong or unknown'),
      401: refusedBecause('The token is missing or wrong'),
      503: refusedBecause('A server behind the dashboard fails, or the access record cannot be written'),
    },
  }
}

function refusedBecause(description: string): object {
  return { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } } }
}

/** OpenAPI 3.1 has the dialect for the whole document. */
function withoutDialect(schema: z.core.JSONSchema.BaseSchema): object {
  return { ...schema, $schema: undefined }
}
