// The colours that the pages for people make of a database's colour, as crates/pages does.
type Colour = [number, number, number];

const LIGHT: Colour = [0xf4, 0xf3, 0xef];
const DARK: Colour = [0x1c, 0x1f, 0x24];

function luminance(colour: Colour): number {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Colour;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one: Colour, other: Colour): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}
/** The first on the way to black or white that can be read there. */
function reach(colour: Colour, surface: Colour, toward: number, enough: number): string {
  for (let step = 0; step <= 20; step += 1) {
    const mixed = colour.map((part) =>
      Math.floor((part * (20 - step) + toward * step) / 20),
    ) as Colour;
    if (contrast(mixed, surface) >= enough) return `rgb(${mixed.join(' ')})`;
  }
  return `rgb(${toward} ${toward} ${toward})`;
}

/** That of the pages: the usual one where none was chosen. */
export function pageColour(chosen: string): string {
  return /^#[0-9a-f]{6}$/i.test(chosen) ? chosen : '#1d5c63';
}

/** The properties of the page's root. */
export function accent(colour: string, dark: boolean): Record<string, string> {
  const chosen = pageColour(colour);
  const parts = [1, 3, 5].map((at) => parseInt(chosen.slice(at, at + 2), 16)) as Colour;
  const [surface, toward]: [Colour, number] = dark ? [DARK, 255] : [LIGHT, 0];
  return {
    '--accent': chosen,
    '--on-accent': contrast(parts, [255, 255, 255]) >= 4.5 ? '#ffffff' : '#000000',
    '--accent-ink': reach(parts, surface, toward, 4.5),
    '--accent-edge': reach(parts, surface, toward, 3),
  };
}
