// What a browser does with passkeys: asks an authenticator, and says what became of it. The API
// speaks the JSON of WebAuthn Level 3; browsers that can't read it themselves are many yet.
import { bytesOf, textOf } from './bytes';
import { send } from './client';
import type { Problem } from './outcome';
import { passkeysHere } from './passkey-place';

interface Question {
  options: {
    challenge: string;
    user?: { id: string };
    excludeCredentials?: Listed[];
    allowCredentials?: Listed[];
  };
}
interface Listed {
  id: string;
}

/** Why there is no key: the person said no, the device has one, or it can't be done here. */
export type Hindrance = 'cancelled' | 'known' | 'address' | 'failed' | 'aborted';
export type Answer<T> =
  | { ok: true; data: T }
  | { ok: false; hindrance: Hindrance; problem?: never }
  | { ok: false; hindrance?: never; problem: Problem };

const listed = (known: Listed[] | undefined) =>
  known?.map((one) => ({ ...one, id: bytesOf(one.id) }));

function hindranceOf(thrown: unknown): Hindrance {
  const name = thrown instanceof DOMException ? thrown.name : '';
  if (name === 'NotAllowedError') return 'cancelled';
  if (name === 'InvalidStateError') return 'known';
  if (name === 'SecurityError') return 'address';
  return name === 'AbortError' ? 'aborted' : 'failed';
}

/** Has a key made; `password` is asked for once more. What it gives is for `POST /v1/passkeys`. */
export async function makeKey(password: string): Promise<Answer<unknown>> {
  const asked = await send<Question>('POST', '/v1/passkeys/begin', { password });
  if (!asked.ok) return asked;
  const { options } = asked.data;
  try {
    const made = (await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytesOf(options.challenge),
        user: { ...options.user, id: bytesOf(options.user?.id ?? '') },
        excludeCredentials: listed(options.excludeCredentials),
      } as unknown as PublicKeyCredentialCreationOptions,
    })) as PublicKeyCredential | null;
    if (!made) return { ok: false, hindrance: 'failed' };
    const said = made.response as AuthenticatorAttestationResponse;
    return {
      ok: true,
      data: written(made, {
        attestationObject: textOf(said.attestationObject),
        transports: said.getTransports?.() ?? [],
      }),
    };
  } catch (thrown) {
    return { ok: false, hindrance: hindranceOf(thrown) };
  }
}

/** Signs in by a key. `waiting` shows nothing, and offers keys where the browser fills in e-mails. */
export async function signInByKey<T>({
  waiting = false,
  signal,
}: { waiting?: boolean; signal?: AbortSignal } = {}): Promise<Answer<T>> {
  const asked = await send<Question>('POST', '/v1/session/passkey/begin');
  if (!asked.ok) return asked;
  const { options } = asked.data;
  try {
    const found = (await navigator.credentials.get({
      ...(signal ? { signal } : {}),
      ...(waiting ? { mediation: 'conditional' as const } : {}),
      publicKey: {
        ...options,
        challenge: bytesOf(options.challenge),
        allowCredentials: listed(options.allowCredentials) ?? [],
      } as unknown as PublicKeyCredentialRequestOptions,
    })) as PublicKeyCredential | null;
    if (!found) return { ok: false, hindrance: 'failed' };
    const said = found.response as AuthenticatorAssertionResponse;
    const credential = written(found, {
      authenticatorData: textOf(said.authenticatorData),
      signature: textOf(said.signature),
      ...(said.userHandle ? { userHandle: textOf(said.userHandle) } : {}),
    });
    return await send<T>('POST', '/v1/session/passkey', { credential });
  } catch (thrown) {
    return { ok: false, hindrance: hindranceOf(thrown) };
  }
}

/** Whether the browser offers keys beside the e-mails that it fills in. */
export async function canWait(): Promise<boolean> {
  if (passkeysHere() !== 'yes') return false;
  return (
    (await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) ?? false
  );
}

function written(key: PublicKeyCredential, response: Record<string, unknown>) {
  return {
    id: key.id,
    rawId: key.id,
    type: key.type,
    ...(key.authenticatorAttachment
      ? { authenticatorAttachment: key.authenticatorAttachment }
      : {}),
    response: { clientDataJSON: textOf(key.response.clientDataJSON), ...response },
    clientExtensionResults: {},
  };
}
