// What will be needed with the first click is loaded while nobody waits for anything, and isn't
// part of what one waits for: the window of dialogs, the lists of menus and of selects.
import { idle } from './idle';

/** Called when the first screen is there. That it fails matters to nobody: the click loads again. */
export function loadAhead() {
  setTimeout(
    () =>
      idle(() => {
        import('../kit/DialogWindow.svelte').catch(() => undefined);
        import('../kit/MenuList.svelte').catch(() => undefined);
        import('../kit/SelectList.svelte').catch(() => undefined);
      }),
    3000,
  );
}
