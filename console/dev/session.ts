// Plays the part of the server's sign-in while the console is developed: one user per role, and
// every other request goes to a running API with a token of that role.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as forward } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Connect, Plugin } from 'vite';

const API = new URL(process.env.ROSTER_API ?? 'http://127.0.0.1:3500');
const TOKEN = process.env.ROSTER_TOKEN ?? '';
const PASSWORD = process.env.CONSOLE_PASSWORD ?? 'correct horse battery';

/** What the real server sends with the built files. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const NOUNS = [
  'databases',
  'resources',
  'profiles',
  'search',
  'segments',
  'imports',
  'exports',
  'suppressions',
  'hooks',
  'forms',
  'outbox',
  'views',
  'relations',
  'control-groups',
  'tokens',
];
const READ = [
  ...NOUNS.filter((noun) => noun !== 'tokens').map((noun) => `${noun}:read`),
  'history:read',
];
const AGENT = [...READ, 'profiles:write', 'links:write', 'relations:write', 'segments:write'];
const MARKETER = [
  ...AGENT,
  'imports:write',
  'exports:write',
  'forms:write',
  'resources:write',
  'jobs:run',
  'views:write',
];
const ADMIN = [
  ...new Set([
    ...MARKETER,
    ...NOUNS.filter((noun) => noun !== 'search').map((noun) => `${noun}:write`),
    'tokens:read',
    'events:write',
    'links:write',
  ]),
];
const SCOPES: Record<string, string[]> = {
  viewer: READ,
  agent: AGENT,
  marketer: MARKETER,
  admin: ADMIN,
};
const NAMES: Record<string, string> = {
  viewer: 'Vera Lind',
  agent: 'Anton Belov',
  marketer: 'Mary Adeyemi',
  admin: 'Ada Lovelace',
};

interface User {
  id: string;
  email: string;
  name: string;
  role: string;
  language: string;
  databases: null;
  scopes: string[];
  state: string;
  created_at: string;
  updated_at: string;
  last_seen_at: string;
}
const now = () => new Date().toISOString();
const users = new Map<string, User>();
for (const [index, role] of Object.keys(SCOPES).entries()) {
  users.set(`${role}@example.com`, {
    id: String(index + 1),
    email: `${role}@example.com`,
    name: NAMES[role]!,
    role,
    language: 'en',
    databases: null,
    scopes: SCOPES[role]!,
    state: 'active',
    created_at: now(),
    updated_at: now(),
    last_seen_at: now(),
  });
}
const sessions = new Map<string, { user: User; created_at: string }>();
const failures = new Map<string, number[]>();
const invitations = new Map([
  ['open-sesame', { email: 'new@example.com', name: '', role: 'agent', language: 'en' }],
]);
const tokens = new Map<string, Promise<string>>();

/** A token of the user's own, so that history says their name and the API itself refuses the rest. */
function tokenOf(user: User): Promise<string> {
  let token = tokens.get(user.email);
  if (!token) {
    token = fetch(new URL('/v1/tokens', API), {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: user.name, scopes: user.scopes }),
    }).then(async (answer) => {
      const made = (await answer.json()) as { token?: string; secret?: string; detail?: string };
      const secret = made.token ?? made.secret;
      if (!secret) throw new Error(`no token for ${user.email}: ${made.detail}`);
      return secret;
    });
    token.catch(() => tokens.delete(user.email));
    tokens.set(user.email, token);
  }
  return token;
}

function send(
  response: ServerResponse,
  status: number,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const problem = status >= 400;
  response.writeHead(status, {
    ...(body === undefined
      ? {}
      : { 'content-type': problem ? 'application/problem+json' : 'application/json' }),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
const refuse = (
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  more: object = {},
  headers = {},
) =>
  send(
    response,
    status,
    { type: `/v1/codes#${code}`, title: detail, status, detail, code, ...more },
    headers,
  );

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}
const cookieOf = (request: IncomingMessage) =>
  /(?:^|; )dev-session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
const shown = (user: User, created_at: string) => ({
  user,
  created_at,
  expires_at: new Date(Date.now() + 12 * 3_600_000).toISOString(),
});
function begin(response: ServerResponse, user: User) {
  const id = randomUUID();
  sessions.set(id, { user, created_at: now() });
  send(response, 201, shown(user, now()), {
    'set-cookie': `dev-session=${id}; Path=/; HttpOnly; SameSite=Strict`,
  });
}

async function signIn(request: IncomingMessage, response: ServerResponse) {
  const { email = '', password } = (await bodyOf(request)) as { email?: string; password?: string };
  const recent = (failures.get(email) ?? []).filter((at) => at > Date.now() - 60_000);
  if (recent.length >= 5) {
    const seconds = Math.max(
      1,
      Math.ceil((recent[recent.length - 1]! + 8_000 - Date.now()) / 1000),
    );
    if (recent[recent.length - 1]! + 8_000 > Date.now())
      return refuse(
        response,
        429,
        'too_many_requests',
        'Too many attempts',
        {},
        { 'retry-after': String(seconds) },
      );
  }
  const user = users.get(String(email).toLowerCase());
  if (!user || password !== PASSWORD) {
    failures.set(email, [...recent, Date.now()]);
    return refuse(response, 401, 'wrong_credentials', 'The e-mail or the password is wrong');
  }
  failures.delete(email);
  begin(response, user);
}

async function acceptInvitation(request: IncomingMessage, response: ServerResponse) {
  const body = (await bodyOf(request)) as {
    token?: string;
    name?: string;
    password?: string;
    language?: string;
  };
  const invitation = invitations.get(body.token ?? '');
  if (!invitation)
    return refuse(response, 404, 'invitation_not_found', 'There is no such invitation');
  if ((body.password ?? '').length < 12)
    return refuse(response, 422, 'validation_failed', 'The body is not as it should be', {
      errors: [
        { pointer: '/password', code: 'too_short', detail: 'A password has 12 to 200 characters.' },
      ],
    });
  const user: User = {
    ...users.get('agent@example.com')!,
    id: String(users.size + 1),
    email: invitation.email,
    name: body.name ?? '',
    language: body.language ?? 'en',
  };
  users.set(user.email, user);
  begin(response, user);
}

async function passOn(request: IncomingMessage, response: ServerResponse, user: User) {
  const token = await tokenOf(user);
  const headers = { ...request.headers };
  delete headers.cookie;
  delete headers.connection;
  const onward = forward(
    {
      host: API.hostname,
      port: API.port,
      method: request.method,
      path: request.url,
      headers: { ...headers, host: API.host, authorization: `Bearer ${token}` },
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => refuse(response, 503, 'unavailable', 'The API does not answer'));
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

const handle: Connect.NextHandleFunction = (request, response, next) => {
  const path = (request.url ?? '').split('?')[0]!;
  if (!path.startsWith('/v1/')) return next();
  const method = request.method ?? 'GET';
  const id = cookieOf(request);
  const session = id ? sessions.get(id) : undefined;
  const done = (async () => {
    if (path === '/v1/session' && method === 'POST') return signIn(request, response);
    if (path === '/v1/invitation' && method === 'POST') {
      const found = invitations.get(String((await bodyOf(request)).token ?? ''));
      if (!found)
        return refuse(response, 404, 'invitation_not_found', 'There is no such invitation');
      return send(response, 200, {
        ...found,
        expires_at: new Date(Date.now() + 86_400_000).toISOString(),
      });
    }
    if (path === '/v1/invitation/accept') return acceptInvitation(request, response);
    if (!session) return refuse(response, 401, 'unauthorized', 'There is no session');
    if (path === '/v1/session' && method === 'GET')
      return send(response, 200, shown(session.user, session.created_at));
    if (path === '/v1/session' && method === 'PATCH') {
      Object.assign(session.user, await bodyOf(request));
      return send(response, 200, shown(session.user, session.created_at));
    }
    if (path === '/v1/session' && method === 'DELETE') {
      sessions.delete(id!);
      return send(response, 204);
    }
    return passOn(request, response, session.user);
  })();
  done.catch((error: unknown) => refuse(response, 500, 'internal', String(error)));
};

export function fakeSession(): Plugin {
  return {
    name: 'fake-session',
    apply: 'serve',
    configureServer: (server) => void server.middlewares.use(handle),
    configurePreviewServer: (server) => {
      server.middlewares.use((_request, response, next) => {
        response.setHeader('Content-Security-Policy', POLICY);
        next();
      });
      server.middlewares.use(handle);
    },
  };
}
