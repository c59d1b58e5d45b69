/** Resumable uploads through the server: the protocol tus 1.0.0, as far as our server and this page need it. */
import { answered, api, ROOT } from "./client";
import { Problem } from "./problem";
import { type Hold, transfer, type Way } from "./uploadWay";

const PART = 16 * 1024 * 1024;
const HEADERS = { "Tus-Resumable": "1.0.0" };

export class TusWay implements Way {
  private address = "";

  constructor(private readonly file: File, private readonly key: string) {}

  async open(): Promise<number> {
    return (await this.known()) ?? (await this.begin());
  }

  async send(from: number, onProgress: (sent: number) => void, hold: Hold): Promise<number> {
    const headers = { ...HEADERS, "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream" };
    const request = await transfer("PATCH", this.address, this.file.slice(from, from + PART), { headers, hold, onProgress: (loaded) => onProgress(from + loaded) });
    return Number(request.getResponseHeader("Upload-Offset"));
  }

  async finish(): Promise<string | undefined> {
    const id = this.address.split("/").at(-1)!;
    return (await answered(api.GET("/api/v1/uploads/{upload_id}", { params: { path: { upload_id: id } } }))).address ?? undefined;
  }

  /** Where a file of this name, size and date was left, if the server still has it. */
  private async known(): Promise<number | undefined> {
    const address = localStorage.getItem(this.key);
    if (!address) return undefined;
    const answer = await fetch(address, { method: "HEAD", headers: HEADERS }).catch(() => { throw new Problem(0, ""); });
    if (answer.status >= 500) throw new Problem(answer.status, "");
    // What is kept may be of an upload to object storage, from before that was turned off.
    if (!answer.ok || !answer.headers.has("Upload-Offset")) return undefined;
    this.address = address;
    return Number(answer.headers.get("Upload-Offset"));
  }

  private async begin(): Promise<number> {
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(this.file.name)));
    const headers = { ...HEADERS, "Upload-Length": String(this.file.size), "Upload-Metadata": `filename ${name}` };
    const answer = await fetch(`${ROOT}/api/v1/uploads`, { method: "POST", headers }).catch(() => { throw new Problem(0, ""); });
    if (!answer.ok) throw Problem.fromBody(answer.status, await answer.json().catch(() => undefined));
    this.address = `${ROOT}/api/v1/uploads/${answer.headers.get("Location")!.split("/").at(-1)!}`;
    localStorage.setItem(this.key, this.address);
    return 0;
  }
}
