import { createContext, useContext, useSyncExternalStore } from "react";

/** Where the video is; whoever shows it listens, and only what changes is drawn again. */
export class VideoClock {
  private listeners = new Set<() => void>();
  private player: ((seconds: number) => void) | undefined;
  time = 0;

  /** The player tells where it is. */
  tick(seconds: number) {
    this.time = seconds;
    for (const listener of this.listeners) listener();
  }

  /** Go to a second, by the player if there is one. */
  seek(seconds: number) {
    this.tick(seconds);
    this.player?.(seconds);
  }

  attach(player: ((seconds: number) => void) | undefined) {
    this.player = player;
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
}

export const ClockContext = createContext(new VideoClock());

export const useClock = () => useContext(ClockContext);

/** Return something that follows from the time, and draw again when it changes. */
export function useAtTime<Value>(of: (seconds: number) => Value): Value {
  const clock = useClock();
  return useSyncExternalStore(clock.subscribe, () => of(clock.time));
}

/** Return the index of the last that begins at or before a second, -1 if none does. They are in the order of time. */
export function indexAt(starts: readonly number[], seconds: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= seconds + 0.001) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
