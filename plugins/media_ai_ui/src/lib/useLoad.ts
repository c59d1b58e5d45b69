import { useCallback, useEffect, useRef, useState } from "react";
import { Problem } from "../api/problem";

export interface Loaded<Value> {
  value: Value | undefined;
  problem: Problem | undefined;
  isLoading: boolean;
  reload: () => void;
}

/**
 * Ask the server; again when `deps` change, and every `everyMs` while the page is looked at.
 *
 * The old value stays while the new one is on its way; an answer that comes too late is dropped.
 */
export function useLoad<Value>(ask: (signal: AbortSignal) => Promise<Value>, deps: readonly unknown[], everyMs?: number): Loaded<Value> {
  const [state, setState] = useState<Omit<Loaded<Value>, "reload">>({ value: undefined, problem: undefined, isLoading: true });
  const latest = useRef(ask);
  latest.current = ask;
  const running = useRef<AbortController>(undefined);

  const load = useCallback(() => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setState((old) => ({ ...old, isLoading: true }));
    latest.current(control.signal).then(
      (value) => !control.signal.aborted && setState({ value, problem: undefined, isLoading: false }),
      (error: unknown) => !control.signal.aborted && setState((old) => ({ ...old, problem: Problem.of(error), isLoading: false })),
    );
  }, []);

  useEffect(() => {
    load();
    return () => running.current?.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the caller says what it depends on
  }, deps);

  useEffect(() => {
    if (!everyMs) return undefined;
    const timer = setInterval(() => document.visibilityState === "visible" && load(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, load]);

  return { ...state, reload: load };
}

/** Return a value that follows another once it has been still for a while. */
export function useSettled<Value>(value: Value, ms: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
