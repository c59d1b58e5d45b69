import { useEffect, useRef, useState } from "react";
import type { Thumbnail } from "../api/results";

/** A part of a picture: the whole small picture, or a rectangle of it (fractions, from the top left). */
interface Props {
  thumbnail: Thumbnail;
  /** Width in pixels; it fills its place if it is absent. */
  width?: number;
  isFilling?: boolean;
  part?: { left: number; top: number; width: number; height: number };
}

export function Still({ thumbnail, width = 128, isFilling = false, part = { left: 0, top: 0, width: 1, height: 1 } }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [available, setAvailable] = useState(width);
  const sheet = useSize(thumbnail.sheet);
  useEffect(() => {
    if (!isFilling || !box.current?.parentElement) return undefined;
    const parent = box.current.parentElement;
    const measure = new ResizeObserver(() => setAvailable(Math.min(parent.clientWidth, (parent.clientHeight * thumbnail.width) / thumbnail.height)));
    measure.observe(parent);
    return () => measure.disconnect();
  }, [isFilling, thumbnail.width, thumbnail.height]);
  const scale = (isFilling ? available : width) / (thumbnail.width * part.width);
  const shift = [thumbnail.x + part.left * thumbnail.width, thumbnail.y + part.top * thumbnail.height].map((at) => `${-at * scale}px`);
  return (
    <div
      aria-hidden ref={box}
      style={{
        width: thumbnail.width * part.width * scale, height: thumbnail.height * part.height * scale, backgroundImage: `url("${thumbnail.sheet}")`,
        backgroundPosition: shift.join(" "), backgroundSize: sheet ? `${sheet.width * scale}px ${sheet.height * scale}px` : undefined, backgroundRepeat: "no-repeat", flexShrink: 0,
      }}
    />
  );
}

const TRIES = 4;
const sizes = new Map<string, Promise<{ width: number; height: number }>>();

function useSize(address: string) {
  const [size, setSize] = useState<{ width: number; height: number }>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isHere = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (!sizes.has(address)) {
      const picture = new Image();
      picture.src = address;
      sizes.set(address, picture.decode().then(() => ({ width: picture.naturalWidth, height: picture.naturalHeight })));
    }
    sizes.get(address)!.then(
      (found) => isHere && setSize(found),
      () => {
        sizes.delete(address);
        // A server that was busy or restarted has it a little later.
        if (isHere && tries < TRIES) timer = setTimeout(() => setTries(tries + 1), 1000 * 2 ** tries);
      },
    );
    return () => { isHere = false; clearTimeout(timer); };
  }, [address, tries]);
  return size;
}
