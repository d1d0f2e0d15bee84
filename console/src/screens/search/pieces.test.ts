// Matches are marked where the API says, in any script and in very long values.
import { expect, test } from 'vitest';
import { pieces } from './pieces';

const shown = (value: string, ranges: number[][], longest?: number) =>
  pieces(value, ranges, longest)
    .map((piece) => (piece.hit ? `[${piece.text}]` : piece.text))
    .join('');

test('marks one range and several', () => {
  expect(shown('Hopper', [[0, 3]])).toBe('[Hop]per');
  expect(
    shown('Grace Hopper', [
      [6, 8],
      [0, 2],
    ]),
  ).toBe('[Gr]ace [Ho]pper');
});
test('counts characters, not code units', () => {
  expect(shown('👩🏽 Ada', [[3, 6]])).toBe('👩🏽 [Ada]');
});
test('ranges that overlap or reach beyond the end are one mark', () => {
  expect(
    shown('abcdef', [
      [0, 3],
      [2, 4],
      [5, 99],
    ]),
  ).toBe('[abc][d]e[f]');
});
test('a long value shows its match', () => {
  expect(shown(`${'x'.repeat(500)}needle${'y'.repeat(500)}`, [[500, 506]], 60)).toBe(
    `…${'x'.repeat(20)}[needle]${'y'.repeat(34)}…`,
  );
});
test('no range, no mark', () => {
  expect(shown('plain', [])).toBe('plain');
  expect(pieces('', [[0, 3]])).toEqual([]);
});
