// Where the bars of a chart stand and how its scale is parted: numbers alone, no drawing.
export interface BarPoint {
  /** What stands below the bars. */
  label: string;
  /** One number for each series. */
  values: number[];
}
export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  point: number;
  series: number;
}

/** The numbers of a scale from 0 to a round one that is not below the largest: three or more. */
export function scaleOf(largest: number): number[] {
  if (!(largest > 0)) return [0, 1];
  const rough = largest / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const count = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** The bars of each point side by side, points apart. */
export function barsOf(
  points: BarPoint[],
  top: number,
  area: { width: number; height: number },
): Bar[] {
  const series = Math.max(1, ...points.map((point) => point.values.length));
  const room = area.width / Math.max(1, points.length);
  const gap = series > 1 ? Math.min(4, room * 0.06) : 0;
  const width = Math.max(1, Math.min(44, (room * (points.length > 20 ? 0.8 : 0.6)) / series - gap));
  const whole = width * series + gap * (series - 1);
  return points.flatMap((point, at) =>
    point.values.map((value, index) => {
      const share = top > 0 ? Math.max(0, value) / top : 0;
      // What is there at all is seen.
      const height = value > 0 ? Math.max(1.5, share * area.height) : 0;
      return {
        x: at * room + (room - whole) / 2 + index * (width + gap),
        y: area.height - height,
        width,
        height,
        point: at,
        series: index,
      };
    }),
  );
}

/** Every how many points a label has room, so that none runs into the next. */
export function labelStep(points: number, width: number, room: number): number {
  return Math.max(1, Math.ceil((points * room) / Math.max(1, width)));
}
