// The theme: the system's, or the one that was chosen here.
import { storedTheme, storeTheme, type Theme } from './preferences';

class ThemeChoice {
  #chosen = $state<Theme>(storedTheme());

  get chosen(): Theme {
    return this.#chosen;
  }

  set chosen(theme: Theme) {
    this.#chosen = theme;
    storeTheme(theme);
    this.apply();
  }

  /** Puts it on the document, where the tokens look for it. */
  apply() {
    if (this.#chosen === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.#chosen;
  }
}

export const theme = new ThemeChoice();
