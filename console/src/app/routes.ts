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
    name: 'segments',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments$/,
    load: screen(() => import('../screens/segments/Segments.svelte')),
  },
  {
    name: 'segment-new',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments\/new$/,
    load: screen(() => import('../screens/segments/NewSegment.svelte')),
  },
  {
    name: 'segment-edit',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments\/(?<id>[^/]+)\/edit$/,
    load: screen(() => import('../screens/segments/EditSegment.svelte')),
  },
  {
    name: 'segment',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/segments/Segment.svelte')),
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
    name: 'updates',
    pattern: /^\/databases\/(?<db>[^/]+)\/updates$/,
    load: screen(() => import('../screens/updates/Updates.svelte')),
  },
  {
    name: 'new-update',
    pattern: /^\/databases\/(?<db>[^/]+)\/updates\/new$/,
    load: screen(() => import('../screens/updates/NewUpdate.svelte')),
  },
  {
    name: 'update',
    pattern: /^\/databases\/(?<db>[^/]+)\/updates\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/updates/Update.svelte')),
  },
  {
    name: 'exports',
    pattern: /^\/databases\/(?<db>[^/]+)\/exports$/,
    load: screen(() => import('../screens/exports/Exports.svelte')),
  },
  {
    name: 'new-export',
    pattern: /^\/databases\/(?<db>[^/]+)\/exports\/new$/,
    load: screen(() => import('../screens/exports/NewExport.svelte')),
  },
  {
    name: 'duplicates',
    pattern: /^\/databases\/(?<db>[^/]+)\/duplicates$/,
    load: screen(() => import('../screens/duplicates/Duplicates.svelte')),
  },
  {
    name: 'history',
    pattern: /^\/databases\/(?<db>[^/]+)\/history$/,
    load: screen(() => import('../screens/timeline/DatabaseHistory.svelte')),
  },
  {
    name: 'person',
    pattern: /^\/databases\/(?<db>[^/]+)\/profiles\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/person/Person.svelte')),
  },
  {
    name: 'merge',
    pattern: /^\/databases\/(?<db>[^/]+)\/profiles\/(?<id>[^/]+)\/merge$/,
    load: screen(() => import('../screens/merge/MergePage.svelte')),
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
