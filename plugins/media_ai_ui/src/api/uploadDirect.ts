/** Uploads straight to object storage: the server signs a link for each part, and checks the whole at the end. */
import { answered, api, type Schemas } from "./client";
import { Problem, STORE_SILENT } from "./problem";
import { type Hold, transfer, type Way } from "./uploadWay";

const AT_ONCE = 3;

type View = Schemas["DirectUploadView"];
let offer: Promise<Schemas["DirectOffer"]> | undefined;

/** Tell whether a file may go this way; asked once for each load of the page. */
export async function isDirect(name: string): Promise<boolean> {
  offer ??= answered(api.GET("/api/v1/direct-uploads"));
  const { is_offered, endings } = await offer.catch((error: unknown) => {
    offer = undefined;
    throw error;
  });
  return is_offered && endings.some((ending) => name.toLowerCase().endsWith(ending));
}

export class DirectWay implements Way {
  private view!: View;
  private arrived = new Set<number>();

  constructor(private readonly file: File, private readonly key: string) {}

  async open(): Promise<number> {
    this.view = (await this.known()) ?? (await this.begin());
    this.arrived = new Set(this.view.arrived);
    return this.sent();
  }

  async send(_from: number, onProgress: (sent: number) => void, hold: Hold): Promise<number> {
    const numbers = this.missing().slice(0, AT_ONCE);
    const links = await answered(api.POST("/api/v1/direct-uploads/{upload_id}/links", { params: { path: { upload_id: this.view.id } }, body: { numbers } }));
    const before = this.sent();
    const loaded = new Map<number, number>();
    await Promise.all(links.map(async ({ number, url }) => {
      const onPart = (bytes: number) => { loaded.set(number, bytes); onProgress(before + [...loaded.values()].reduce((sum, each) => sum + each, 0)); };
      // Whatever storage says is in its own words, and a page that it does not know is told nothing at all.
      await transfer("PUT", url, this.bytes(number), { hold, onProgress: onPart }).catch(() => { throw new Problem(STORE_SILENT, ""); });
      this.arrived.add(number);
    }));
    return this.sent();
  }

  async finish(): Promise<string | undefined> {
    return (await answered(api.POST("/api/v1/direct-uploads/{upload_id}/complete", { params: { path: { upload_id: this.view.id } } }))).address ?? undefined;
  }

  private async known(): Promise<View | undefined> {
    const id = localStorage.getItem(this.key);
    if (!id || id.includes("/")) return undefined;
    try {
      return await answered(api.GET("/api/v1/direct-uploads/{upload_id}", { params: { path: { upload_id: id } } }));
    } catch (error) {
      // Expired, or of somebody else who used this browser.
      if ([403, 404].includes(Problem.of(error).status)) return undefined;
      throw error;
    }
  }

  private async begin(): Promise<View> {
    const made = await answered(api.POST("/api/v1/direct-uploads", { body: { name: this.file.name, size: this.file.size } }));
    localStorage.setItem(this.key, made.id);
    return made;
  }

  private bytes(number: number): Blob {
    const { part_bytes } = this.view;
    return this.file.slice((number - 1) * part_bytes, number * part_bytes);
  }

  private missing(): number[] {
    const parts = Math.ceil(this.file.size / this.view.part_bytes);
    return Array.from({ length: parts }, (_, index) => index + 1).filter((number) => !this.arrived.has(number));
  }

  private sent(): number {
    return [...this.arrived].reduce((sum, number) => sum + this.bytes(number).size, 0);
  }
}
