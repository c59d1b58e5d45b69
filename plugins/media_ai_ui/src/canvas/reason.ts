import type { Dictionary } from "../lib/words.en";
import type { Refusal } from "./graph";

export function reasonOf(refusal: Refusal, words: Dictionary): string {
  const say = words.canvas.refused;
  if (refusal.why === "kinds") return say.kinds(refusal.port, refusal.wants, refusal.carries);
  if (refusal.why === "taken") return say.taken(refusal.port);
  return say[refusal.why];
}
