import { expect, test } from 'vitest'
import { z } from 'zod'

import { describeVariables } from './describe-variables.ts'
import { anyText, certificateFile, needing, port, secret } from './variables.ts'

test('a description tells all that the schema knows, whatever it is wrapped in', () => {
  const tls = { variable: 'TLS' }
  const schema = z.object({
    URL: anyText('an address').describe('where it is'),
    PORT: port(0).default(8130).describe('at which port'),
    CA_FILE: needing(certificateFile(), tls).optional().describe('who is trusted'),
    PASSWORD: secret(anyText('a password')).describe('its password').optional(),
  })
  const common = { default: undefined, isRequired: false, isSecret: false, needs: [] }
  expect(describeVariables(schema)).toEqual([
    { ...common, name: 'URL', description: 'where it is', allowed: 'an address', isRequired: true },
    { ...common, name: 'PORT', description: 'at which port', allowed: 'a port from 0 to 65535', default: '8130' },
    {
      ...common,
      name: 'CA_FILE',
      description: 'who is trusted',
      allowed: 'a file of certificates in the PEM format',
      needs: [tls],
    },
    { ...common, name: 'PASSWORD', description: 'its password', allowed: 'a password', isSecret: true },
  ])
})
