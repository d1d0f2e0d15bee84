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
    name: 'new-database',
    pattern: /^\/databases\/new$/,
    load: screen(() => import('../screens/database-settings/NewDatabase.svelte')),
  },
  {
    name: 'database-settings',
    pattern: /^\/databases\/(?<db>[^/]+)\/settings$/,
    load: screen(() => import('../screens/database-settings/Settings.svelte')),
  },
  {
    name: 'fields',
    pattern: /^\/databases\/(?<db>[^/]+)\/fields$/,
    load: screen(() => import('../screens/fields/Fields.svelte')),
  },
  {
    name: 'new-field',
    pattern: /^\/databases\/(?<db>[^/]+)\/new-field$/,
    load: screen(() => import('../screens/fields/NewField.svelte')),
  },
  {
    name: 'field',
    pattern: /^\/databases\/(?<db>[^/]+)\/fields\/(?<name>[^/]+)$/,
    load: screen(() => import('../screens/fields/FieldPage.svelte')),
  },
  {
    name: 'resources',
    pattern: /^\/resources$/,
    load: screen(() => import('../screens/resources/Resources.svelte')),
  },
  {
    name: 'new-resource',
    pattern: /^\/resources\/new$/,
    load: screen(() => import('../screens/resources/NewResource.svelte')),
  },
  {
    name: 'resource',
    pattern: /^\/resources\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/resources/ResourcePage.svelte')),
  },
  {
    name: 'forms',
    pattern: /^\/forms$/,
    load: screen(() => import('../screens/forms/Forms.svelte')),
  },
  {
    name: 'new-form',
    pattern: /^\/forms\/new$/,
    load: screen(() => import('../screens/forms/NewForm.svelte')),
  },
  {
    name: 'form',
    pattern: /^\/forms\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/forms/FormPage.svelte')),
  },
  {
    name: 'schedules',
    pattern: /^\/databases\/(?<db>[^/]+)\/schedules$/,
    load: screen(() => import('../screens/schedules/Schedules.svelte')),
  },
  {
    name: 'new-schedule',
    pattern: /^\/databases\/(?<db>[^/]+)\/schedules\/new$/,
    load: screen(() => import('../screens/schedules/NewSchedule.svelte')),
  },
  {
    name: 'schedule',
    pattern: /^\/databases\/(?<db>[^/]+)\/schedules\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/schedules/SchedulePage.svelte')),
  },
  {
    name: 'relation-types',
    pattern: /^\/relation-types$/,
    load: screen(() => import('../screens/relation-types/RelationTypes.svelte')),
  },
  {
    name: 'new-relation-type',
    pattern: /^\/relation-types\/new$/,
    load: screen(() => import('../screens/relation-types/NewRelationType.svelte')),
  },
  {
    name: 'relation-type',
    pattern: /^\/relation-types\/(?<id>[^/]+)$/,
    load: screen(() => import('../screens/relation-types/RelationTypePage.svelte')),
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
