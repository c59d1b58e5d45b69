import type { Schemas } from "../api/client";
import { type Me, readMe } from "../api/members";
import { useLoad } from "./useLoad";

export type Permission = Schemas["Permission"];

let asked: Promise<Me> | undefined;

/** Ask once who the reader is: each row of a list wants to know. A page that is loaded anew asks again. */
function ask(): Promise<Me> {
  asked ??= readMe().catch((error: unknown) => {
    asked = undefined;
    throw error;
  });
  return asked;
}

/** Tell what the reader may do in general; nothing while that is not known. */
export function useMay(): ReadonlySet<Permission> {
  const me = useLoad(ask, []).value;
  return new Set(me?.permissions);
}
