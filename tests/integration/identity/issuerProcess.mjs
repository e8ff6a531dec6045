// A real OpenID Connect issuer (oidc-provider) in a process of its own: it is ESM only, and an issuer is somebody else.
// Two tenants share one key set, as large providers have it, so that only `iss` tells their tokens apart.
// Messages from the parent: {id, do: 'rotate' | 'sign' | 'count', ...}; every one is answered by {id, ...}.
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import Provider from 'oidc-provider';

const ALGORITHMS = ['ES256', 'RS256', 'EdDSA'];
const TENANTS = ['tenant-a', 'tenant-b'];
let generation = 0;
let keySetRequests = 0;
let keys = [];
let handlers = new Map();

async function newKeys() {
  generation += 1;
  return Promise.all(
    ALGORITHMS.map(async (alg) => {
      const { privateKey } = await generateKeyPair(alg, { extractable: true });
      return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `${alg}-${generation}` };
    }),
  );
}

function configuration() {
  return {
    jwks: { keys },
    clients: [
      {
        client_id: 'machine',
        client_secret: 'only-for-this-test',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ['sluice:read', 'sluice:write'],
    enabledJWA: { idTokenSigningAlgValues: ALGORITHMS },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        // The resource says what its tokens look like: https://hub.test/?alg=ES256&ttl=600
        getResourceServerInfo: (_context, resource) => {
          const wish = new URL(resource).searchParams;
          return {
            scope: 'sluice:read sluice:write',
            audience: new URL(resource).origin,
            accessTokenFormat: 'jwt',
            accessTokenTTL: Number(wish.get('ttl') ?? '600'),
            jwt: { sign: { alg: wish.get('alg') ?? 'ES256' } },
          };
        },
      },
    },
  };
}

const server = createServer((request, response) => {
  const tenant = TENANTS.find((name) => request.url.startsWith(`/${name}/`));
  if (tenant === undefined) return response.writeHead(404).end();
  if (request.url.endsWith('/jwks')) keySetRequests += 1;
  request.originalUrl = request.url;
  request.url = request.url.slice(tenant.length + 1);
  request.baseUrl = `/${tenant}`;
  return handlers.get(tenant)(request, response);
});

function start(base) {
  handlers = new Map(TENANTS.map((name) => [name, new Provider(`${base}/${name}`, configuration()).callback()]));
}

async function sign({ header, payload }) {
  const jwk = keys.find((key) => key.alg === header.alg);
  return new SignJWT(payload).setProtectedHeader({ kid: jwk.kid, ...header }).sign(await importJWK(jwk, header.alg));
}

server.listen(0, '127.0.0.1', async () => {
  const base = `http://127.0.0.1:${server.address().port}`;
  keys = await newKeys();
  start(base);
  process.on('message', async (message) => {
    if (message.do === 'rotate') {
      keys = await newKeys();
      start(base);
      process.send({ id: message.id });
    } else if (message.do === 'sign') {
      process.send({ id: message.id, token: await sign(message) });
    } else {
      process.send({ id: message.id, count: keySetRequests });
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.send({ id: 0, base });
});
