// Which screen answers which address; each is loaded when it is needed. Nothing else is imported
// here, since this is a part of the first file (start.ts).
import type { Component } from 'svelte';
import type { Book } from '../messages/shelf';

export interface Route {
  pattern: RegExp;
  name: string;
  /** Its script. */
  load: () => Promise<unknown>;
  /** What it says besides what every screen says. */
  books?: readonly Book[];
  /** Shown without a session. */
  open?: boolean;
}
/** What a route's script is. */
export type Screen = Component<Record<string, string>>;

const routes: Route[] = [
  {
    name: 'home',
    pattern: /^\/$/,
    load: () => import('../screens/home/Home.svelte'),
    books: ['home'],
  },
  {
    name: 'search',
    pattern: /^\/search$/,
    load: () => import('../screens/search/Search.svelte'),
  },
  {
    name: 'new-database',
    pattern: /^\/databases\/new$/,
    load: () => import('../screens/database-settings/NewDatabase.svelte'),
    books: ['structure'],
  },
  {
    name: 'database-settings',
    pattern: /^\/databases\/(?<db>[^/]+)\/settings$/,
    load: () => import('../screens/database-settings/Settings.svelte'),
    books: ['people', 'structure'],
  },
  {
    name: 'fields',
    pattern: /^\/databases\/(?<db>[^/]+)\/fields$/,
    load: () => import('../screens/fields/Fields.svelte'),
    books: ['people', 'structure'],
  },
  {
    name: 'new-field',
    pattern: /^\/databases\/(?<db>[^/]+)\/new-field$/,
    load: () => import('../screens/fields/NewField.svelte'),
    books: ['people', 'structure'],
  },
  {
    name: 'field',
    pattern: /^\/databases\/(?<db>[^/]+)\/fields\/(?<name>[^/]+)$/,
    load: () => import('../screens/fields/FieldPage.svelte'),
    books: ['people', 'structure'],
  },
  {
    name: 'resources',
    pattern: /^\/resources$/,
    load: () => import('../screens/resources/Resources.svelte'),
    books: ['offers'],
  },
  {
    name: 'new-resource',
    pattern: /^\/resources\/new$/,
    load: () => import('../screens/resources/NewResource.svelte'),
    books: ['offers'],
  },
  {
    name: 'resource',
    pattern: /^\/resources\/(?<id>[^/]+)$/,
    load: () => import('../screens/resources/ResourcePage.svelte'),
    books: ['offers'],
  },
  {
    name: 'forms',
    pattern: /^\/forms$/,
    load: () => import('../screens/forms/Forms.svelte'),
    books: ['offers'],
  },
  {
    name: 'new-form',
    pattern: /^\/forms\/new$/,
    load: () => import('../screens/forms/NewForm.svelte'),
    books: ['offers', 'person', 'structure'],
  },
  {
    name: 'form',
    pattern: /^\/forms\/(?<id>[^/]+)$/,
    load: () => import('../screens/forms/FormPage.svelte'),
    books: ['offers', 'person', 'structure'],
  },
  {
    name: 'schedules',
    pattern: /^\/databases\/(?<db>[^/]+)\/schedules$/,
    load: () => import('../screens/schedules/Schedules.svelte'),
    books: ['people', 'structure'],
  },
  {
    name: 'new-schedule',
    pattern: /^\/databases\/(?<db>[^/]+)\/schedules\/new$/,
    load: () => import('../screens/schedules/NewSchedule.svelte'),
    books: ['loading', 'people', 'person', 'structure'],
  },
  {
    name: 'schedule',
    pattern: /^\/databases\/(?<db>[^/]+)\/schedules\/(?<id>[^/]+)$/,
    load: () => import('../screens/schedules/SchedulePage.svelte'),
    books: ['loading', 'people', 'person', 'structure'],
  },
  {
    name: 'connectors',
    pattern: /^\/connectors$/,
    load: () => import('../screens/connectors/Connectors.svelte'),
    books: ['structure'],
  },
  {
    name: 'new-connector',
    pattern: /^\/connectors\/new$/,
    load: () => import('../screens/connectors/NewConnector.svelte'),
    books: ['structure'],
  },
  {
    name: 'connector',
    pattern: /^\/connectors\/(?<id>[^/]+)$/,
    load: () => import('../screens/connectors/ConnectorPage.svelte'),
    books: ['structure'],
  },
  {
    name: 'relation-types',
    pattern: /^\/relation-types$/,
    load: () => import('../screens/relation-types/RelationTypes.svelte'),
    books: ['structure'],
  },
  {
    name: 'new-relation-type',
    pattern: /^\/relation-types\/new$/,
    load: () => import('../screens/relation-types/NewRelationType.svelte'),
    books: ['person', 'structure'],
  },
  {
    name: 'relation-type',
    pattern: /^\/relation-types\/(?<id>[^/]+)$/,
    load: () => import('../screens/relation-types/RelationTypePage.svelte'),
    books: ['person', 'structure'],
  },
  {
    name: 'database',
    pattern: /^\/databases\/(?<db>[^/]+)$/,
    load: () => import('../screens/database/Database.svelte'),
    books: ['people', 'person'],
  },
  {
    name: 'segments',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments$/,
    load: () => import('../screens/segments/Segments.svelte'),
    books: ['people'],
  },
  {
    name: 'segment-new',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments\/new$/,
    load: () => import('../screens/segments/NewSegment.svelte'),
    books: ['people', 'person'],
  },
  {
    name: 'segment-edit',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments\/(?<id>[^/]+)\/edit$/,
    load: () => import('../screens/segments/EditSegment.svelte'),
    books: ['people', 'person'],
  },
  {
    name: 'segment',
    pattern: /^\/databases\/(?<db>[^/]+)\/segments\/(?<id>[^/]+)$/,
    load: () => import('../screens/segments/Segment.svelte'),
    books: ['people', 'person'],
  },
  {
    name: 'imports',
    pattern: /^\/databases\/(?<db>[^/]+)\/imports$/,
    load: () => import('../screens/imports/Imports.svelte'),
    books: ['loading', 'people'],
  },
  {
    name: 'import',
    pattern: /^\/databases\/(?<db>[^/]+)\/imports\/(?<id>[^/]+)$/,
    load: () => import('../screens/imports/Import.svelte'),
    books: ['loading', 'people', 'person'],
  },
  {
    name: 'updates',
    pattern: /^\/databases\/(?<db>[^/]+)\/updates$/,
    load: () => import('../screens/updates/Updates.svelte'),
    books: ['home', 'loading', 'people', 'person'],
  },
  {
    name: 'new-update',
    pattern: /^\/databases\/(?<db>[^/]+)\/updates\/new$/,
    load: () => import('../screens/updates/NewUpdate.svelte'),
    books: ['loading', 'people', 'person'],
  },
  {
    name: 'update',
    pattern: /^\/databases\/(?<db>[^/]+)\/updates\/(?<id>[^/]+)$/,
    load: () => import('../screens/updates/Update.svelte'),
    books: ['loading', 'people', 'person'],
  },
  {
    name: 'exports',
    pattern: /^\/databases\/(?<db>[^/]+)\/exports$/,
    load: () => import('../screens/exports/Exports.svelte'),
    books: ['loading', 'people'],
  },
  {
    name: 'new-export',
    pattern: /^\/databases\/(?<db>[^/]+)\/exports\/new$/,
    load: () => import('../screens/exports/NewExport.svelte'),
    books: ['loading', 'people', 'person'],
  },
  {
    name: 'duplicates',
    pattern: /^\/databases\/(?<db>[^/]+)\/duplicates$/,
    load: () => import('../screens/duplicates/Duplicates.svelte'),
    books: ['home', 'loading', 'people', 'person'],
  },
  {
    name: 'history',
    pattern: /^\/databases\/(?<db>[^/]+)\/history$/,
    load: () => import('../screens/timeline/DatabaseHistory.svelte'),
    books: ['offers', 'people', 'person', 'structure', 'system'],
  },
  {
    name: 'person',
    pattern: /^\/databases\/(?<db>[^/]+)\/profiles\/(?<id>[^/]+)$/,
    load: () => import('../screens/person/Person.svelte'),
    books: ['person'],
  },
  {
    name: 'merge',
    pattern: /^\/databases\/(?<db>[^/]+)\/profiles\/(?<id>[^/]+)\/merge$/,
    load: () => import('../screens/merge/MergePage.svelte'),
    books: ['person'],
  },
  {
    name: 'users',
    pattern: /^\/users$/,
    load: () => import('../screens/users/Users.svelte'),
    books: ['system'],
  },
  {
    name: 'account',
    pattern: /^\/account$/,
    load: () => import('../screens/account/Account.svelte'),
    books: ['system'],
  },
  {
    name: 'tokens',
    pattern: /^\/tokens$/,
    load: () => import('../screens/tokens/Tokens.svelte'),
    books: ['system'],
  },
  {
    name: 'webhooks',
    pattern: /^\/webhooks$/,
    load: () => import('../screens/webhooks/Webhooks.svelte'),
    books: ['system'],
  },
  {
    name: 'webhook',
    pattern: /^\/webhooks\/(?<id>[^/]+)$/,
    load: () => import('../screens/webhooks/Webhook.svelte'),
    books: ['person', 'system'],
  },
  {
    name: 'watchers',
    pattern: /^\/watchers$/,
    load: () => import('../screens/watchers/Watchers.svelte'),
    books: ['system'],
  },
  {
    name: 'suppressions',
    pattern: /^\/suppressions$/,
    load: () => import('../screens/suppressions/Suppressions.svelte'),
    books: ['person', 'system'],
  },
  {
    name: 'suppression-list',
    pattern: /^\/suppressions\/(?<id>[^/]+)$/,
    load: () => import('../screens/suppressions/SuppressionList.svelte'),
    books: ['person', 'system'],
  },
  {
    name: 'control-group',
    pattern: /^\/databases\/(?<db>[^/]+)\/control-group$/,
    load: () => import('../screens/control-group/ControlGroup.svelte'),
    books: ['people', 'person', 'structure'],
  },
  {
    name: 'outbox',
    pattern: /^\/outbox$/,
    load: () => import('../screens/outbox/Outbox.svelte'),
    books: ['system'],
  },
  {
    name: 'audit',
    pattern: /^\/audit$/,
    load: () => import('../screens/audit/Audit.svelte'),
    books: ['offers', 'people', 'person', 'structure', 'system'],
  },
  {
    name: 'sign-in',
    pattern: /^\/sign-in$/,
    open: true,
    load: () => import('../screens/sign-in/SignIn.svelte'),
  },
  {
    name: 'invitation',
    pattern: /^\/invitation$/,
    open: true,
    load: () => import('../screens/invitation/Invitation.svelte'),
  },
  ...((import.meta.env.DEV
    ? [
        {
          name: 'kit',
          pattern: /^\/kit$/,
          open: true,
          load: () => import('../screens/kit/Kit.svelte'),
          books: ['home', 'people', 'person'],
        },
      ]
    : []) satisfies Route[]),
];
const missing: Route = {
  name: 'missing',
  pattern: /^/,
  load: () => import('../screens/missing/Missing.svelte'),
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
