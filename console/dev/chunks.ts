// Into which files the console is built. A file costs a way to the server and back, whatever its
// size, so what is needed together is together: the first file, what all screens need, and what most
// screens need. What only one screen needs is built with it.
import type { Plugin } from 'vite';

/** What nearly every screen is made of, besides what stands around them all. */
const everywhere =
  /src\/kit\/(Avatar|Badge|Button|Empty|Failure|Field|Input|Note|Page|Skeleton|Status|Textarea)\.svelte|src\/messages\/(dates|count)\.ts|@lucide.*icons\/eye(-off)?\./;
/** What most screens have: parts that stand on a page, and not what opens over it. */
const light =
  /src\/(api|app)\/|@lucide|svelte\/src|src\/kit\/(?!\w*(List|Window|Tooltip|Views)\.)|database\/Part\.|person\/(FieldValue|FieldControl|values|narrate)/;
/** What opens over a page. */
const over = /node_modules\/(?!svelte\/|@lucide|openapi-fetch|clsx|esm-env)/;

const built = { start: new Set<string>(), main: new Set<string>() };

/** Finds out what the first files need, and has the page name main.ts's beside the first one, so that
 *  both come at the same time. */
export const firstFiles: Plugin = {
  name: 'first-files',
  apply: 'build',
  buildEnd() {
    const ids = [...this.getModuleIds()];
    for (const name of ['start', 'main'] as const) {
      const reached = new Set(ids.filter((id) => id.endsWith(`/src/${name}.ts`)));
      for (const id of reached)
        for (const one of this.getModuleInfo(id)?.importedIds ?? [])
          if (!built.start.has(one)) reached.add(one);
      built[name] = reached;
    }
  },
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle }) {
      const chunks = Object.values(bundle ?? {}).filter((one) => one.type === 'chunk');
      const entry = chunks.find((one) => one.isEntry);
      const files = new Set(chunks.filter((one) => one.name === 'main'));
      for (const file of files)
        for (const one of chunks)
          if (one !== entry && file.imports.includes(one.fileName)) files.add(one);
      const link = (rel: string, file: string) => ({
        tag: 'link',
        attrs: { rel, crossorigin: true, href: `/console/${file}` },
        injectTo: 'head' as const,
      });
      return [...files].flatMap((file) => [
        link('modulepreload', file.fileName),
        ...[...(file.viteMetadata?.importedCss ?? [])].map((css) => link('stylesheet', css)),
      ]);
    },
  },
};

export const groups = [
  {
    name: 'start',
    test: (id: string) => built.start.has(id) || id.includes('preload-helper'),
    priority: 3,
  },
  {
    name: 'main',
    test: (id: string) => built.main.has(id) || everywhere.test(id),
    priority: 2,
  },
  { name: 'work', test: light, minShareCount: 2, priority: 1 },
  { name: 'condition', test: /src\/screens\/condition\//, minShareCount: 2 },
  { name: 'over', test: over, minShareCount: 2 },
];
