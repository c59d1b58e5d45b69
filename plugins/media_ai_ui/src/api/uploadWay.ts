import { Problem } from "./problem";

/** Keep a request, so that it can be ended. */
export type Hold = (request: XMLHttpRequest) => void;

/** How the bytes of a file get where tasks read them. */
export interface Way {
  /** Begin, or find what was begun; return the bytes that are there. */
  open: () => Promise<number>;
  /** Send the next bytes; return how many are there then. */
  send: (from: number, onProgress: (sent: number) => void, hold: Hold) => Promise<number>;
  /** Return the file's address. */
  finish: () => Promise<string | undefined>;
}

interface Options {
  headers?: Record<string, string>;
  onProgress: (loaded: number) => void;
  hold: Hold;
}

/** Send bytes: fetch does not tell how many have gone. */
export function transfer(method: string, address: string, bytes: Blob, { headers = {}, onProgress, hold }: Options): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    hold(request);
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onerror = request.onabort = request.ontimeout = () => reject(new Problem(0, ""));
    request.onload = () => (request.status < 300 ? resolve(request) : reject(Problem.fromBody(request.status, jsonOf(request.responseText))));
    request.send(bytes);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
