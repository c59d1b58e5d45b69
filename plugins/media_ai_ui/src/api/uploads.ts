/** Resumable uploads: the protocol tus 1.0.0, as far as our server and this page need it. */
import { answered, api, ROOT } from "./client";
import { Problem } from "./problem";

const PART = 16 * 1024 * 1024;
const TRIES = 6;
const HEADERS = { "Tus-Resumable": "1.0.0" };

export const VIDEO_TYPES = [".mp4", ".avi", ".mov"];
export const SUBTITLE_TYPES = [".srt", ".vtt"];
export const PICTURE_TYPES = [".jpg", ".jpeg", ".png", ".webp"];

export type UploadState =
  | { at: "sending" | "paused"; sent: number }
  | { at: "done"; sent: number; address: string }
  | { at: "failed"; sent: number; problem: Problem };

/** One file on its way to the server. It goes on while other pages are looked at, and after a reload where it was left. */
export class Upload {
  state: UploadState = { at: "sending", sent: 0 };
  private listeners = new Set<() => void>();
  private request: XMLHttpRequest | undefined;
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
    this.request?.abort();
    this.become({ at: "paused", sent: this.state.sent });
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
        if (tries >= TRIES || !isPassing(problem.status)) {
          this.become({ at: "failed", sent: this.state.sent, problem });
          return;
        }
        await new Promise((wake) => setTimeout(wake, Math.min(500 * 2 ** tries, 15_000)));
      }
    }
  }

  /** Send what the server has not got yet; return the file's address there, nothing if it was paused. */
  private async send(run: number, onPart: () => void): Promise<string | undefined> {
    const place = (await this.known()) ?? (await this.begin());
    let offset = place.offset;
    while (run === this.run && offset < this.file.size) {
      offset = await this.part(place.address, offset);
      onPart();
    }
    if (run !== this.run) return undefined;
    const id = place.address.split("/").at(-1)!;
    const view = await answered(api.GET("/api/v1/uploads/{upload_id}", { params: { path: { upload_id: id } } }));
    localStorage.removeItem(this.key);
    return view.address ?? undefined;
  }

  /** Where a file of this name, size and date was left, if the server still has it. */
  private async known(): Promise<{ address: string; offset: number } | undefined> {
    const address = localStorage.getItem(this.key);
    if (!address) return undefined;
    const answer = await fetch(address, { method: "HEAD", headers: HEADERS }).catch(() => { throw new Problem(0, ""); });
    if (answer.ok) return { address, offset: Number(answer.headers.get("Upload-Offset")) };
    if (answer.status >= 500) throw new Problem(answer.status, "");
    localStorage.removeItem(this.key);
    return undefined;
  }

  private async begin(): Promise<{ address: string; offset: number }> {
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(this.file.name)));
    const headers = { ...HEADERS, "Upload-Length": String(this.file.size), "Upload-Metadata": `filename ${name}` };
    const answer = await fetch(`${ROOT}/api/v1/uploads`, { method: "POST", headers }).catch(() => { throw new Problem(0, ""); });
    if (!answer.ok) throw Problem.fromBody(answer.status, await answer.json().catch(() => undefined));
    const id = answer.headers.get("Location")!.split("/").at(-1)!;
    const address = `${ROOT}/api/v1/uploads/${id}`;
    localStorage.setItem(this.key, address);
    return { address, offset: 0 };
  }

  private part(address: string, offset: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      this.request = request;
      request.open("PATCH", address);
      for (const [name, value] of Object.entries({ ...HEADERS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" })) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded }) => this.become({ at: "sending", sent: offset + loaded });
      request.onerror = request.onabort = request.ontimeout = () => reject(new Problem(0, ""));
      request.onload = () => {
        if (request.status < 300) resolve(Number(request.getResponseHeader("Upload-Offset")));
        else reject(Problem.fromBody(request.status, jsonOf(request.responseText)));
      };
      request.send(this.file.slice(offset, offset + PART));
    });
  }

  private get key() {
    return `media-ai-upload:${this.file.name}:${this.file.size}:${this.file.lastModified}`;
  }

  private become(state: UploadState) {
    // What comes late from a request that was ended does not count.
    if (state.at === "sending" && this.state.at === "paused" && this.request?.readyState === 0) return;
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** Cut connections, restarts, another request that still writes: worth another try. */
const isPassing = (status: number) => status === 0 || status === 400 || status === 409 || status === 423 || status === 429 || status >= 500;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const endsWith = (name: string, endings: readonly string[]) => endings.some((ending) => name.toLowerCase().endsWith(ending));
