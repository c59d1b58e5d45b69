import { Problem, STORE_SILENT } from "./problem";
import { DirectWay, isDirect } from "./uploadDirect";
import { TusWay } from "./uploadTus";
import type { Way } from "./uploadWay";

const TRIES = 6;

export const VIDEO_TYPES = [".mp4", ".avi", ".mov"];
export const SUBTITLE_TYPES = [".srt", ".vtt"];
export const PICTURE_TYPES = [".jpg", ".jpeg", ".png", ".webp"];

export type UploadState =
  | { at: "sending" | "paused"; sent: number }
  | { at: "done"; sent: number; address: string }
  | { at: "failed"; sent: number; problem: Problem };

/** One file on its way. It goes on while other pages are looked at, and after a reload where it was left. */
export class Upload {
  state: UploadState = { at: "sending", sent: 0 };
  private listeners = new Set<() => void>();
  private requests: XMLHttpRequest[] = [];
  private way: Way | undefined;
  private run = 0;

  constructor(readonly file: File) {
    void this.resume();
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  snapshot = () => this.state;

  pause() {
    this.run++;
    this.become({ at: "paused", sent: this.state.sent });
    this.end();
  }

  async resume() {
    const run = ++this.run;
    this.become({ at: "sending", sent: this.state.sent });
    for (let tries = 0; run === this.run; tries++) {
      try {
        const address = await this.send(run, () => { tries = 0; });
        if (address !== undefined) this.become({ at: "done", sent: this.file.size, address });
        return;
      } catch (error) {
        const problem = Problem.of(error);
        if (run !== this.run) return;
        this.end();
        if (tries >= TRIES || !isPassing(problem.status)) {
          this.become({ at: "failed", sent: this.state.sent, problem });
          return;
        }
        await new Promise((wake) => setTimeout(wake, Math.min(500 * 2 ** tries, 15_000)));
      }
    }
  }

  /** Send what is not there yet; return the file's address, nothing if it was paused. */
  private async send(run: number, onPart: () => void): Promise<string | undefined> {
    this.way ??= (await isDirect(this.file.name)) ? new DirectWay(this.file, this.key) : new TusWay(this.file, this.key);
    const { way } = this;
    const hold = (request: XMLHttpRequest) => {
      // A link may come after the pause.
      if (run !== this.run) throw new Problem(0, "");
      this.requests.push(request);
    };
    // What comes late from a request that was ended does not count.
    const onProgress = (bytes: number) => run === this.run && this.become({ at: "sending", sent: bytes });
    let sent = await way.open();
    onProgress(sent);
    while (run === this.run && sent < this.file.size) {
      this.requests = [];
      sent = await way.send(sent, onProgress, hold);
      onPart();
    }
    if (run !== this.run) return undefined;
    const address = await way.finish();
    localStorage.removeItem(this.key);
    return address;
  }

  private end() {
    const ended = this.requests;
    this.requests = [];
    for (const request of ended) request.abort();
  }

  private get key() {
    return `media-ai-upload:${this.file.name}:${this.file.size}:${this.file.lastModified}`;
  }

  private become(state: UploadState) {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** Cut connections, restarts, another request that still writes: worth another try. */
const isPassing = (status: number) => [0, STORE_SILENT, 400, 409, 423, 429].includes(status) || status >= 500;

export const endsWith = (name: string, endings: readonly string[]) => endings.some((ending) => name.toLowerCase().endsWith(ending));
