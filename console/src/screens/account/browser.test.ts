// Browsers are known by their User-Agent.
import { expect, test } from 'vitest';
import { browserOf } from './browser';

test('the usual browsers', () => {
  expect(
    browserOf(
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0 Safari/537.36 Edg/139.0',
    ),
  ).toBe('Edge, Windows');
  expect(
    browserOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1'),
  ).toBe('Safari, iOS');
  expect(browserOf('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0')).toBe(
    'Firefox, Linux',
  );
});
test('others are left as they are', () => {
  expect(browserOf('curl/7.88.1')).toBeNull();
  expect(browserOf('')).toBeNull();
});
