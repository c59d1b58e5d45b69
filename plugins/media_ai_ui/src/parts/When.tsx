import { useLanguage } from "../lib/i18n";

/** A moment, in the timezone that the person chose in Airflow. */
export function When({ at }: { at: string | null | undefined }) {
  const language = useLanguage();
  if (!at) return null;
  return <time dateTime={at} title={at}>{momentOf(at, language)}</time>;
}

export function momentOf(at: string, language: string): string {
  const options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };
  const format = (zone?: string) => new Intl.DateTimeFormat(language, { ...options, timeZone: zone }).format(new Date(at));
  try {
    return format(chosenZone());
  } catch {
    return format();
  }
}

function chosenZone(): string | undefined {
  const kept = localStorage.getItem("timezone");
  if (!kept) return undefined;
  try {
    return String(JSON.parse(kept));
  } catch {
    return kept;
  }
}
