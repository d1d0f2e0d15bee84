// A webhook as the screens use it: who sends, what is edited of it, where it is.
import { api } from '../../api/client';
import { outcome, type Outcome } from '../../api/outcome';
import type { components } from '../../api/schema';
import { Draft } from '../../api/draft.svelte';
import type { Messages } from '../../messages/en';
import { mergePatch, type JsonObject } from './mapping';

export type Hook = components['schemas']['Hook'];
export type Preset = components['schemas']['HookPreset'];
export type PresetName = components['schemas']['PresetName'];
export type Verification = components['schemas']['HookVerification'];

const brands: Record<string, string> = {
  segment: 'Segment, RudderStack',
  stripe: 'Stripe',
  shopify: 'Shopify',
  typeform: 'Typeform',
  tilda: 'Tilda',
};

/** Who sends by a preset. */
export function senderOf(preset: string | null | undefined, words: Messages): string {
  return (preset && brands[preset]) || words.webhooks.flat;
}

/** Where the sender posts to. */
export function addressOf(hook: Hook): string {
  return new URL(hook.url, location.origin).href;
}

/** The sender makes the secret and it isn't there yet: everything is refused. */
export function lacksSecret(hook: Hook): boolean {
  return hook.secrets.length === 0 && verificationOf(hook).scheme !== 'none';
}

export function verificationOf(hook: Hook): Verification {
  // The document leaves it untyped in answers; it is what `HookVerification` is, without secrets.
  return hook.verification as unknown as Verification;
}

/** Schemes whose secret the sender makes. */
export const sendersOwn: readonly string[] = ['stripe', 'shopify', 'github', 'typeform'];

export function readHook(id: string): Promise<Outcome<Hook>> {
  return outcome(api.GET('/v1/hooks/{id}', { params: { path: { id } } }));
}

export function settingsDraft(hook: Hook): Draft<{ name: string; enabled: boolean }, Hook> {
  return new Draft(hook, `"${hook.revision}"`, {
    read: ({ name, enabled }) => ({ name, enabled }),
    save: ({ value, etag }) =>
      outcome(
        api.PATCH('/v1/hooks/{id}', {
          params: { path: { id: hook.id }, header: { 'If-Match': etag } },
          body: { ...value, name: value.name.trim() },
        }),
      ),
    again: () => readHook(hook.id),
    pointers: ['/name'],
  });
}

export function mappingDraft(hook: Hook): Draft<{ mapping: JsonObject }, Hook> {
  const draft: Draft<{ mapping: JsonObject }, Hook> = new Draft(hook, `"${hook.revision}"`, {
    read: ({ mapping }) => ({ mapping: mapping as JsonObject }),
    save: ({ value: { mapping }, etag }) =>
      outcome(
        api.PATCH('/v1/hooks/{id}', {
          params: { path: { id: hook.id }, header: { 'If-Match': etag } },
          body: {
            mapping: mergePatch(draft.base.mapping as JsonObject, mapping) as Record<string, never>,
          },
        }),
      ),
    again: () => readHook(hook.id),
  });
  return draft;
}
