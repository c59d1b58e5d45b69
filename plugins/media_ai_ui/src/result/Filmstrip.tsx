import { Box } from "@chakra-ui/react";
import { useEffect, useMemo, useRef } from "react";
import type { Thumbnail } from "../api/results";
import { clock as shown } from "../lib/format";
import { useWords } from "../lib/i18n";
import { indexAt, useAtTime, useClock } from "./clock";
import { Still } from "./Still";

/** The kept frames in the order of time; a click goes there. */
export function Filmstrip({ thumbnails }: { thumbnails: readonly Thumbnail[] }) {
  const words = useWords().result;
  const clock = useClock();
  const strip = useRef<HTMLDivElement>(null);
  const starts = useMemo(() => thumbnails.map((each) => each.start), [thumbnails]);
  const current = useAtTime((seconds) => indexAt(starts, seconds));
  useEffect(() => {
    const frame = strip.current?.children[current] as HTMLElement | undefined;
    if (frame && strip.current) strip.current.scrollTo({ left: frame.offsetLeft - strip.current.clientWidth / 2 + 64, behavior: "smooth" });
  }, [current]);
  return (
    <Box aria-label={words.frames} display="flex" gap={1.5} overflowX="auto" pb={2} ref={strip} role="group" tabIndex={-1} position="relative">
      {thumbnails.map((thumbnail, index) => (
        <button
          aria-current={index === current || undefined} aria-label={words.seek(shown(thumbnail.start))} key={thumbnail.start} type="button" onClick={() => clock.seek(thumbnail.start)}
          style={{ contentVisibility: "auto", containIntrinsicSize: "128px 92px", flexShrink: 0, cursor: "pointer" }}
        >
          <Box borderColor={index === current ? "brand.solid" : "transparent"} borderRadius="sm" borderWidth={2} overflow="hidden"><Still thumbnail={thumbnail} /></Box>
          <Box color={index === current ? "fg" : "fg.muted"} fontSize="xs">{shown(thumbnail.start)}</Box>
        </button>
      ))}
    </Box>
  );
}
