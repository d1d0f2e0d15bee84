// Bytes as the API writes them, and where browsers have passkeys.
import { expect, test } from 'vitest';
import { bytesOf, textOf } from './bytes';
import { byName, passkeysHere } from './passkey-place';

test('bytes and their text', () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + 251) % 256);
    const text = textOf(bytes.buffer);
    expect(text).toMatch(/^[\w-]*$/);
    expect(bytesOf(text)).toEqual(bytes);
  }
  expect(textOf(Uint8Array.of(251, 255, 254).buffer)).toBe('-__-');
});
test('an address has no passkeys', () => {
  for (const host of ['127.0.0.1', '192.0.2.7', '[::1]'])
    expect(passkeysHere(host)).toBe('address');
  expect(passkeysHere('crm.example.org')).toBe('none');
});
test('the machine itself has a name', () => {
  const at = (hostname: string, port: string) => byName({ protocol: 'http:', hostname, port });
  expect(at('127.0.0.1', '3000')).toBe('http://localhost:3000/console/');
  expect(at('[::1]', '')).toBe('http://localhost/console/');
  expect(at('192.0.2.7', '3000')).toBeNull();
});
