import { useMemo, useSyncExternalStore } from "react";

/** What zustand takes from `use-sync-external-store`: a store's selected part, kept while it is equal. */
export function useSyncExternalStoreWithSelector<State, Part>(
  subscribe: (changed: () => void) => () => void,
  snapshot: () => State,
  serverSnapshot: (() => State) | undefined,
  select: (state: State) => Part,
  isEqual?: (one: Part, other: Part) => boolean,
): Part {
  const [read, readOnServer] = useMemo(() => {
    const remember = (get: () => State) => {
      let last: { state: State; part: Part } | undefined;
      return () => {
        const state = get();
        if (last && Object.is(last.state, state)) return last.part;
        const part = select(state);
        if (last && isEqual?.(last.part, part)) last.state = state;
        else last = { state, part };
        return last.part;
      };
    };
    return [remember(snapshot), serverSnapshot && remember(serverSnapshot)];
  }, [snapshot, serverSnapshot, select, isEqual]);
  return useSyncExternalStore(subscribe, read, readOnServer);
}

export default { useSyncExternalStoreWithSelector };
