import { useSyncExternalStore } from "react";
import { en, type Dictionary } from "./words.en";
import { zh } from "./words.zh";

/** Follow the language that Airflow's page is in: it sets `lang` on the document. */
function watchPage(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["lang", "class"] });
  return () => observer.disconnect();
}

/** What Airflow has kept is right at once; the document's `lang` may follow late. */
const pageLanguage = () => localStorage.getItem("i18nextLng") ?? (document.documentElement.lang || "en");

export const useLanguage = () => useSyncExternalStore(watchPage, pageLanguage);

export const useIsDark = () => useSyncExternalStore(watchPage, () => document.documentElement.classList.contains("dark"));

/** Return our words in the page's language; English where we have none. */
export function useWords(): Dictionary {
  return useLanguage().toLowerCase().startsWith("zh") ? zh : en;
}
