// Which screen answers which address; each is loaded when it is needed.
import type { Component } from 'svelte';

interface Route {
  pattern: RegExp;
  name: string;
  load: () => Promise<{ default: Component<Record<string, string>> }>;
  /** Shown without a session. */
  open?: boolean;
}

const screen = (load: () => Promise<unknown>) => load as Route['load'];

const routes: Route[] = [
  { name: 'home', pattern: /^\/$/, load: screen(() => import('../screens/home/Home.svelte')) },
  {
    name: 'search',
    pattern: /^\/search$/,
    load: screen(() => import('../screens/search/Search.svelte')),
  },
  {
    name: 'database',
    pattern: /^\/databases\/(?<db>[^/]+)$/,
    load: screen(() => import('../screens/database/Database.svelte')),
  },
  {
    name: 'imports',
    pattern: /^\/databases\/(?<db>[^/]+)\/imports$/,
    load: screen(() => import('../screens/imports/Imports.svelte')),
  },
  {
    name: 'import',
    pattern: /^\/databases\/(?<db>[^/]+)\/imports\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/imports/Import.svelte')),
  },
  {
    name: 'person',
    pattern: /^\/databases\/(?<db>[^/]+)\/profiles\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/person/Person.svelte')),
  },
  {
    name: 'users',
    pattern: /^\/users$/,
    load: screen(() => import('../screens/users/Users.svelte')),
  },
  {
    name: 'account',
    pattern: /^\/account$/,
    load: screen(() => import('../screens/account/Account.svelte')),
  },
  {
    name: 'tokens',
    pattern: /^\/tokens$/,
    load: screen(() => import('../screens/tokens/Tokens.svelte')),
  },
  {
    name: 'webhooks',
    pattern: /^\/webhooks$/,
    load: screen(() => import('../screens/webhooks/Webhooks.svelte')),
  },
  {
    name: 'webhook',
    pattern: /^\/webhooks\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/webhooks/Webhook.svelte')),
  },
  {
    name: 'watchers',
    pattern: /^\/watchers$/,
    load: screen(() => import('../screens/watchers/Watchers.svelte')),
  },
  {
    name: 'suppressions',
    pattern: /^\/suppressions$/,
    load: screen(() => import('../screens/suppressions/Suppressions.svelte')),
  },
  {
    name: 'suppression-list',
    pattern: /^\/suppressions\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/suppressions/SuppressionList.svelte')),
  },
  {
    name: 'control-group',
    pattern: /^\/databases\/(?<db>[^/]+)\/control-group$/,
    load: screen(() => import('../screens/control-group/ControlGroup.svelte')),
  },
  {
    name: 'outbox',
    pattern: /^\/outbox$/,
    load: screen(() => import('../screens/outbox/Outbox.svelte')),
  },
  {
    name: 'audit',
    pattern: /^\/audit$/,
    load: screen(() => import('../screens/audit/Audit.svelte')),
  },
  {
    name: 'sign-in',
    pattern: /^\/sign-in$/,
    open: true,
    load: screen(() => import('../screens/sign-in/SignIn.svelte')),
  },
  {
    name: 'invitation',
    pattern: /^\/invitation$/,
    open: true,
    load: screen(() => import('../screens/invitation/Invitation.svelte')),
  },
  ...(import.meta.env.DEV
    ? [
        {
          name: 'kit',
          pattern: /^\/kit$/,
          open: true,
          load: screen(() => import('../screens/kit/Kit.svelte')),
        },
      ]
    : []),
];
const missing: Route = {
  name: 'missing',
  pattern: /^/,
  load: screen(() => import('../screens/missing/Missing.svelte')),
};

export function routeOf(path: string): { route: Route; params: Record<string, string> } {
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path;
  for (const route of routes) {
    const match = route.pattern.exec(plain);
    if (match) {
      const params = Object.entries(match.groups ?? {}).map(([name, value]) => [
        name,
        decodeURIComponent(value),
      ]);
      return { route, params: Object.fromEntries(params) as Record<string, string> };
    }
  }
  return { route: missing, params: {} };
}
