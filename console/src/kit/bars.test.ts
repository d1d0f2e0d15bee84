// Scales are round, and bars stand where they should.
import { expect, test } from 'vitest';
import { barsOf, labelStep, scaleOf } from './bars';

test('scales end at a round number that is not below the largest', () => {
  expect(scaleOf(0)).toEqual([0, 1]);
  expect(scaleOf(10)).toEqual([0, 5, 10]);
  expect(scaleOf(0.123)).toEqual([0, 0.05, 0.1, 0.15]);
  expect(scaleOf(1000)).toEqual([0, 500, 1000]);
  for (const largest of [0.0004, 3, 7, 99, 12345]) {
    const scale = scaleOf(largest);
    expect(scale.at(-1)).toBeGreaterThanOrEqual(largest);
    expect(scale.length).toBeLessThanOrEqual(6);
  }
});
test('bars are as high as their share, and none is outside', () => {
  const points = [
    { label: 'a', values: [5, 10] },
    { label: 'b', values: [0, 0.001] },
  ];
  const bars = barsOf(points, 10, { width: 200, height: 100 });
  expect(bars.map((bar) => bar.height)).toEqual([50, 100, 0, 1.5]);
  for (const bar of bars) {
    expect(bar.x).toBeGreaterThanOrEqual(bar.point * 100);
    expect(bar.x + bar.width).toBeLessThanOrEqual((bar.point + 1) * 100);
    expect(bar.y + bar.height).toBeCloseTo(100);
  }
});
test('labels are left out where there is no room', () => {
  expect(labelStep(3, 600, 100)).toBe(1);
  expect(labelStep(90, 600, 60)).toBe(9);
});
