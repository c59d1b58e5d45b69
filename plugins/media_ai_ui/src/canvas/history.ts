import { useCallback, useState } from "react";

const MOST = 200;

interface Past<State> {
  before: readonly State[];
  now: State;
  after: readonly State[];
  /** What the last change was about: changes of the same thing one after the other are undone together. */
  about?: string;
}

/** Keep a state with the ones before, for undo and redo. */
export function useHistory<State>(first: State) {
  const [past, setPast] = useState<Past<State>>({ before: [], now: first, after: [] });

  const change = useCallback((make: (now: State) => State, about?: string) => {
    setPast((old) => {
      const now = make(old.now);
      if (now === old.now) return old;
      const isSame = about !== undefined && about === old.about;
      return { before: isSame ? old.before : [...old.before, old.now].slice(-MOST), now, after: [], about };
    });
  }, []);

  const undo = useCallback(() => {
    setPast((old) => {
      const last = old.before.at(-1);
      return last === undefined ? old : { before: old.before.slice(0, -1), now: last, after: [old.now, ...old.after] };
    });
  }, []);

  const redo = useCallback(() => {
    setPast((old) => {
      const [next, ...rest] = old.after;
      return next === undefined ? old : { before: [...old.before, old.now], now: next, after: rest };
    });
  }, []);

  return { now: past.now, change, undo, redo, canUndo: past.before.length > 0, canRedo: past.after.length > 0 };
}
