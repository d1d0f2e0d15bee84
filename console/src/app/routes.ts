// Which screen answers which address; each is loaded when it is needed.
import type { Component } from 'svelte';
import { open, type Book } from '../messages/index.svelte';

interface Route {
  pattern: RegExp;
  name: string;
  /** Its script and the sentences that it says, both at a time. */
  load: () => Promise<{ default: Component<Record<string, string>> }>;
  /** Shown without a session. */
  open?: boolean;
}

const screen =
  (load: () => Promise<unknown>, books: readonly Book[] = []): Route['load'] =>
  async () =>
    (await Promise.all([(load as Route['load'])(), open(books)]))[0];

const routes: Route[] = [
  {
    name: 'home',
    pattern: /^\/$/,
    load: screen(() => import('../screens/home/Home.svelte'), ['home']),
  },
  {
    name: 'search',
    pattern: /^\/search$/,
    load: screen(() => import('../screens/search/Search.svelte')),
  },
  {
    name: 'new-database',
    pattern: /^\/databases\/new$/,
    load: screen(() => import('../screens/database-settings/NewDatabase.svelte'), ['structure']),
  },
  {
    name: 'database-settings',
    pattern: /^\/databases\/(?<db>[^/]+)\/settings$/,
    load: screen(
      () => import('../screens/database-settings/Settings.svelte'),
      ['people', 'structure'],
    ),
  },
  {
    name: 'fields',
    pattern: /^\/databases\/(?<db>[^/]+)\/fields$/,
    load: screen(() => import('../screens/fields/Fields.svelte'), ['people', 'structure']),
  },
  {
    name: 'new-field',
    pattern: /^\/databases\/(?<db>[^/]+)\/new-field$/,
    load: screen(() => import('../screens/fields/NewField.svelte'), ['people', 'structure']),
  },
  {
    name: 'field',
    pattern: /^\/databases\/(?<db>[^/]+)\/fields\/(?<name>[^/]+)$/,
    load: screen(() => import('../screens/fields/FieldPage.svelte'), ['people', 'structure']),
  },
  {
    name: 'resources',
    pattern: /^\/resources$/,
    load: screen(() => import('../screens/resources/Resources.svelte'), ['offers']),
  },
  {
    name: 'new-resource',
    pattern: /^\/resources\/new$/,
    load: screen(() => import('../screens/resources/NewResource.svelte'), ['offers']),
  },
  {
    name: 'resource',
    pattern: /^\/resources\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/resources/ResourcePage.svelte'), ['offers']),
  },
  {
    name: 'forms',
    pattern: /^\/forms$/,
    load: screen(() => import('../screens/forms/Forms.svelte'), ['offers']),
  },
  {
    name: 'new-form',
    pattern: /^\/forms\/new$/,
    load: screen(
      () => import('../screens/forms/NewForm.svelte'),
      ['offers', 'person', 'structure'],
    ),
  },
  {
    name: 'form',
    pattern: /^\/forms\/(?<id>[^/]+)$/,
    load: screen(
      () => import('../screens/forms/FormPage.svelte'),
      ['offers', 'person', 'structure'],
    ),
  },
  {
    name: 'schedules',
    pattern: /^\/databases\/(?<db>[^/]+)\/schedules$/,
    load: screen(() => import('../screens/schedules/Schedules.svelte'), ['people', 'structure']),
  },
  {
    name: 'new-schedule',
    pattern: /^\/databases\/(?<db>[^/]+)\/schedules\/new$/,
    load: screen(
      () => import('../screens/schedules/NewSchedule.svelte'),
      ['loading', 'people', 'person', 'structure'],
    ),
  },
  {
    name: 'schedule',
    pattern: /^\/databases\/(?<db>[^/]+)\/schedules\/(?<id>[^/]+)$/,
    load: screen(
      () => import('../screens/schedules/SchedulePage.svelte'),
      ['loading', 'people', 'person', 'structure'],
    ),
  },
  {
    name: 'relation-types',
    pattern: /^\/relation-types$/,
    load: screen(() => import('../screens/relation-types/RelationTypes.svelte'), ['structure']),
  },
  {
    name: 'new-relation-type',
    pattern: /^\/relation-types\/new$/,
    load: screen(
      () => import('../screens/relation-types/NewRelationType.svelte'),
      ['person', 'structure'],
    ),
  },
  {
    name: 'relation-type',
    pattern: /^\/relation-types\/(?<id>[^/]+)$/,
    load: screen(
      () => import('../screens/relation-types/RelationTypePage.svelte'),
      ['person', 'structure'],
    ),
  },
  {
    name: 'database',
    pattern: /^\/databases\/(?<db>[^/]+)$/,
    load: screen(() => import('../screens/database/Database.svelte'), ['people', 'person']),
  },
  {
    name: 'segments',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments$/,
    load: screen(() => import('../screens/segments/Segments.svelte'), ['people']),
  },
  {
    name: 'segment-new',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments\/new$/,
    load: screen(() => import('../screens/segments/NewSegment.svelte'), ['people', 'person']),
  },
  {
    name: 'segment-edit',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments\/(?<id>[^/]+)\/edit$/,
    load: screen(() => import('../screens/segments/EditSegment.svelte'), ['people', 'person']),
  },
  {
    name: 'segment',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/segments/Segment.svelte'), ['people', 'person']),
  },
  {
    name: 'imports',
    pattern: /^\/databases\/(?<db>[^/]+)\/imports$/,
    load: screen(() => import('../screens/imports/Imports.svelte'), ['loading', 'people']),
  },
  {
    name: 'import',
    pattern: /^\/databases\/(?<db>[^/]+)\/imports\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/imports/Import.svelte'), ['loading', 'people', 'person']),
  },
  {
    name: 'updates',
    pattern: /^\/databases\/(?<db>[^/]+)\/updates$/,
    load: screen(
      () => import('../screens/updates/Updates.svelte'),
      ['home', 'loading', 'people', 'person'],
    ),
  },
  {
    name: 'new-update',
    pattern: /^\/databases\/(?<db>[^/]+)\/updates\/new$/,
    load: screen(
      () => import('../screens/updates/NewUpdate.svelte'),
      ['loading', 'people', 'person'],
    ),
  },
  {
    name: 'update',
    pattern: /^\/databases\/(?<db>[^/]+)\/updates\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/updates/Update.svelte'), ['loading', 'people', 'person']),
  },
  {
    name: 'exports',
    pattern: /^\/databases\/(?<db>[^/]+)\/exports$/,
    load: screen(() => import('../screens/exports/Exports.svelte'), ['loading', 'people']),
  },
  {
    name: 'new-export',
    pattern: /^\/databases\/(?<db>[^/]+)\/exports\/new$/,
    load: screen(
      () => import('../screens/exports/NewExport.svelte'),
      ['loading', 'people', 'person'],
    ),
  },
  {
    name: 'duplicates',
    pattern: /^\/databases\/(?<db>[^/]+)\/duplicates$/,
    load: screen(
      () => import('../screens/duplicates/Duplicates.svelte'),
      ['home', 'loading', 'people', 'person'],
    ),
  },
  {
    name: 'history',
    pattern: /^\/databases\/(?<db>[^/]+)\/history$/,
    load: screen(
      () => import('../screens/timeline/DatabaseHistory.svelte'),
      ['offers', 'people', 'person', 'structure', 'system'],
    ),
  },
  {
    name: 'person',
    pattern: /^\/databases\/(?<db>[^/]+)\/profiles\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/person/Person.svelte'), ['person']),
  },
  {
    name: 'merge',
    pattern: /^\/databases\/(?<db>[^/]+)\/profiles\/(?<id>[^/]+)\/merge$/,
    load: screen(() => import('../screens/merge/MergePage.svelte'), ['person']),
  },
  {
    name: 'users',
    pattern: /^\/users$/,
    load: screen(() => import('../screens/users/Users.svelte'), ['system']),
  },
  {
    name: 'account',
    pattern: /^\/account$/,
    load: screen(() => import('../screens/account/Account.svelte'), ['system']),
  },
  {
    name: 'tokens',
    pattern: /^\/tokens$/,
    load: screen(() => import('../screens/tokens/Tokens.svelte'), ['system']),
  },
  {
    name: 'webhooks',
    pattern: /^\/webhooks$/,
    load: screen(() => import('../screens/webhooks/Webhooks.svelte'), ['system']),
  },
  {
    name: 'webhook',
    pattern: /^\/webhooks\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/webhooks/Webhook.svelte'), ['person', 'system']),
  },
  {
    name: 'watchers',
    pattern: /^\/watchers$/,
    load: screen(() => import('../screens/watchers/Watchers.svelte'), ['system']),
  },
  {
    name: 'suppressions',
    pattern: /^\/suppressions$/,
    load: screen(() => import('../screens/suppressions/Suppressions.svelte'), ['person', 'system']),
  },
  {
    name: 'suppression-list',
    pattern: /^\/suppressions\/(?<id>[^/]+)$/,
    load: screen(
      () => import('../screens/suppressions/SuppressionList.svelte'),
      ['person', 'system'],
    ),
  },
  {
    name: 'control-group',
    pattern: /^\/databases\/(?<db>[^/]+)\/control-group$/,
    load: screen(
      () => import('../screens/control-group/ControlGroup.svelte'),
      ['people', 'person', 'structure'],
    ),
  },
  {
    name: 'outbox',
    pattern: /^\/outbox$/,
    load: screen(() => import('../screens/outbox/Outbox.svelte'), ['system']),
  },
  {
    name: 'audit',
    pattern: /^\/audit$/,
    load: screen(
      () => import('../screens/audit/Audit.svelte'),
      ['offers', 'people', 'person', 'structure', 'system'],
    ),
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
          load: screen(() => import('../screens/kit/Kit.svelte'), ['home', 'people', 'person']),
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
