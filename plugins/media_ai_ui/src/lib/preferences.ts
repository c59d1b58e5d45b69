import { useSyncExternalStore } from "react";
import { type Preferences, readMySettings } from "../api/settings";

/** What holds for the person who reads; kept in the browser, so that a page is right from its first moment. */
const KEY = "media-ai-preferences";
const listeners = new Set<() => void>();
let kept: { text: string; value: Partial<Preferences> } = { text: "", value: {} };
let isAsked = false;

function current(): Partial<Preferences> {
  const text = localStorage.getItem(KEY) ?? "";
  if (text !== kept.text) {
    try {
      kept = { text, value: JSON.parse(text) as Partial<Preferences> };
    } catch {
      kept = { text, value: {} };
    }
  }
  return kept.value;
}

/** Have all pages follow what holds now. */
export function keepPreferences(effective: Preferences): void {
  const text = JSON.stringify(effective);
  if (text === localStorage.getItem(KEY)) return;
  localStorage.setItem(KEY, text);
  listeners.forEach((changed) => changed());
}

function watch(changed: () => void): () => void {
  listeners.add(changed);
  if (!isAsked) {
    isAsked = true;
    // Where the server does not answer, what was kept goes on: the page itself says what is wrong.
    readMySettings().then(({ effective }) => keepPreferences(effective), () => undefined);
  }
  return () => listeners.delete(changed);
}

export const usePreferences = () => useSyncExternalStore(watch, current);
