// Icons as plain markup. Lucide's own component works out each icon's parts while the page is drawn,
// and a screen has many of them: a fifth of the time of a person's card went into that.
import type { Plugin } from 'vite';

const iconFile = /@lucide\/svelte\/dist\/icons\/[\w-]+\.svelte$/;
type Part = [tag: string, attributes: Record<string, string>];

function markup([tag, attributes]: Part): string {
  const written = Object.entries(attributes).map(([name, value]) => `${name}="${value}"`);
  return `<${tag} ${written.join(' ')} />`;
}

export const plainIcons: Plugin = {
  name: 'plain-icons',
  apply: 'build',
  enforce: 'pre',
  transform: {
    filter: { id: iconFile },
    handler(code) {
      const data = /const iconData = (\{.*\});/.exec(code)?.[1];
      if (!data) throw new Error('an icon of Lucide is no longer made as this file expects');
      const { node, size } = JSON.parse(data) as { node: Part[]; size: number };
      return `<script>
  let { size = 24, strokeWidth = 2, class: own, 'aria-label': label } = $props();
</script>
<svg xmlns="http://www.w3.org/2000/svg" width={size} height={size} viewBox="0 0 ${size} ${size}"
  fill="none" stroke="currentColor" stroke-width={strokeWidth} stroke-linecap="round"
  stroke-linejoin="round" class={own} aria-label={label} aria-hidden={label ? undefined : 'true'}
  >${node.map(markup).join('')}</svg>`;
    },
  },
};
