import { useLanguage } from "../lib/i18n";
import { usePreferences } from "../lib/preferences";

/** A moment, in the timezone that the person or the server chose, else in that of Airflow's pages. */
export function When({ at }: { at: string | null | undefined }) {
  const language = useLanguage();
  const { timezone } = usePreferences();
  if (!at) return null;
  return <time dateTime={at} title={at}>{momentOf(at, language, timezone ?? undefined)}</time>;
}

export function momentOf(at: string, language: string, zone?: string): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };
  const format = (timeZone?: string) => new Intl.DateTimeFormat(language, { ...options, timeZone }).format(new Date(at));
  try {
    return format(zone ?? airflowsZone());
  } catch {
    return format();
  }
}

function airflowsZone(): string | undefined {
  const kept = localStorage.getItem("timezone");
  if (!kept) return undefined;
  try {
    return String(JSON.parse(kept));
  } catch {
    return kept;
  }
}
