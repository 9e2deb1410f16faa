/**
 * Where the focus goes when what had it is gone: never nowhere, so that keyboard and screen
 * reader go on from the same place.
 */

/** An element that had the focus, or what it lay in, and what stood before it. */
interface Step {
  readonly element: HTMLElement;
  readonly before: Element | null;
}

/** From an element outwards. */
export type Trail = readonly Step[];

/** The way back to an element: to be kept while it is there. */
export function trailOf(element: Element | null): Trail {
  const trail: Step[] = [];
  for (let at = element; at instanceof HTMLElement && at !== document.body; at = at.parentElement) {
    trail.push({ element: at, before: at.previousElementSibling });
  }
  return trail;
}

/** Focuses the element, or where it is gone the place where it was. Nothing is scrolled. */
export function takeUp(trail: Trail): void {
  const left = trail.findIndex(({ element }) => isThere(element));
  if (left < 0) return;
  const before = trail[left - 1]?.before;
  const place = isThere(before) ? before : trail[left]!.element;
  // A place of words takes the focus by script alone, and is no stop of the Tab key.
  if (left > 0 && !place.hasAttribute("tabindex")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

/** Keeps the focus from falling to nowhere while parts of the page come and go; answers how to stop. */
export function keepFocus(): () => void {
  let trail: Trail = [];
  const onFocus = ({ target }: FocusEvent) => (trail = trailOf(target as Element));
  // Whoever presses beside everything wants the focus nowhere.
  const onPress = () => (trail = []);
  const mend = () => {
    const had = trail[0]?.element;
    if (!had || document.activeElement !== document.body) return;
    if (had.closest("dialog:not([open])")) return; // the dialog gives it back
    if (had.isConnected && had.matches(":disabled")) return; // it works, and is there again soon
    takeUp(trail);
  };
  const observer = new MutationObserver(mend);
  const attributeFilter = ["disabled", "hidden", "open"];
  observer.observe(document.body, { attributeFilter, childList: true, subtree: true });
  document.addEventListener("focusin", onFocus);
  document.addEventListener("pointerdown", onPress, true);
  return () => {
    observer.disconnect();
    document.removeEventListener("focusin", onFocus);
    document.removeEventListener("pointerdown", onPress, true);
  };
}

function isThere(element: Element | null | undefined): element is HTMLElement {
  return element instanceof HTMLElement && element.isConnected && element.checkVisibility();
}
