/** Light, dark, or as the device has it; the choice stays in this browser. */
const KEY = "mien-theme";

export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

class ThemeChoice {
  #current = $state<Theme>(stored());

  get current(): Theme {
    return this.#current;
  }

  set current(theme: Theme) {
    this.#current = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // a browser that keeps nothing: the choice holds for this page
    }
    this.apply();
  }

  apply(): void {
    if (this.#current === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = this.#current;
  }
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === value) ?? "auto";
  } catch {
    return "auto";
  }
}

export const theme = new ThemeChoice();
