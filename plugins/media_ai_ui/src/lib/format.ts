/** 75.4 -> "1:15"; with tenths where a place in a video is meant exactly. */
export function clock(seconds: number, tenths = false): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const shown = parts[0] ? [parts[0], pad(parts[1]!), pad(parts[2]!)] : [parts[1], pad(parts[2]!)];
  return shown.join(":") + (tenths ? `.${Math.floor((seconds - whole) * 10)}` : "");
}

const pad = (value: number) => String(value).padStart(2, "0");

/** 4000 -> "1 h 6 min", in the page's language. */
export function span(seconds: number, language: string): string {
  const unit = (value: number, name: string) => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: value < 10 && name === "second" ? 1 : 0 }).format(value);
  if (seconds < 60) return unit(seconds, "second");
  if (seconds < 3600) return unit(Math.round(seconds / 60), "minute");
  return `${unit(Math.floor(seconds / 3600), "hour")} ${unit(Math.round((seconds % 3600) / 60), "minute")}`;
}

export const count = (value: number, language: string) => new Intl.NumberFormat(language).format(value);

/** An amount of money; small ones keep the digits that say something. */
export function money(value: number | string, currency: string, language: string): string {
  const amount = Number(value);
  const digits = amount !== 0 && Math.abs(amount) < 1 ? 4 : 2;
  return new Intl.NumberFormat(language, { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: digits }).format(amount);
}

export function bytes(value: number, language: string): string {
  const names = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const step = Math.min(names.length - 1, value < 1 ? 0 : Math.floor(Math.log10(value) / 3));
  return new Intl.NumberFormat(language, { style: "unit", unit: names[step], maximumFractionDigits: 1 }).format(value / 1000 ** step);
}
