import { AspectRatio, Box, Flex } from "@chakra-ui/react";
import { useEffect, useRef, useState } from "react";
import { exportAddress, type Result, type Thumbnail, videoAddress } from "../api/results";
import type { TaskRef } from "../api/tasks";
import { clock as shown } from "../lib/format";
import { useWords } from "../lib/i18n";
import { indexAt, useAtTime, useClock } from "./clock";
import { Still } from "./Still";

interface Props {
  task: TaskRef;
  result: Result;
  exports: readonly string[];
  thumbnails: readonly Thumbnail[];
}

/** The video with its subtitles and chapters; where its bytes cannot be had, the kept frames in its place. */
export function Player({ task, result, exports, thumbnails }: Props) {
  const words = useWords().result;
  const clock = useClock();
  const video = useRef<HTMLVideoElement>(null);
  const [isMissing, setMissing] = useState(false);

  useEffect(() => {
    const player = video.current;
    if (!player) return undefined;
    clock.attach((seconds) => { player.currentTime = seconds; });
    if (clock.time) player.currentTime = clock.time;
    return () => clock.attach(undefined);
  }, [clock, isMissing]);

  if (isMissing) return <Frames thumbnails={thumbnails} />;
  return (
    <AspectRatio bg="black" borderRadius="md" overflow="hidden" ratio={16 / 9}>
      <video
        aria-label={result.video?.title || words.title} controls playsInline poster={exports.includes("poster.jpg") ? exportAddress(task, "poster.jpg") : undefined} preload="metadata" ref={video}
        style={{ objectFit: "contain" }} onError={() => setMissing(true)} onSeeked={(event) => clock.tick(event.currentTarget.currentTime)} onTimeUpdate={(event) => clock.tick(event.currentTarget.currentTime)}
      >
        <source src={videoAddress(task)} onError={() => setMissing(true)} />
        {exports.includes("transcript.vtt") && <track default kind="subtitles" label={words.transcript} src={exportAddress(task, "transcript.vtt")} srcLang={result.summaries[0]?.language ?? undefined} />}
        {exports.includes("chapters.vtt") && <track kind="chapters" label={words.chapters} src={exportAddress(task, "chapters.vtt")} />}
      </video>
    </AspectRatio>
  );
}

function Frames({ thumbnails }: { thumbnails: readonly Thumbnail[] }) {
  const words = useWords().result;
  const starts = thumbnails.map((each) => each.start);
  const index = useAtTime((seconds) => Math.max(0, indexAt(starts, seconds)));
  const second = useAtTime(Math.floor);
  const thumbnail = thumbnails[index];
  return (
    <Box>
      <AspectRatio bg="black" borderRadius="md" overflow="hidden" ratio={16 / 9}>
        <Flex align="center" justify="center">{thumbnail && <Still isFilling thumbnail={thumbnail} />}</Flex>
      </AspectRatio>
      <Flex color="fg.muted" fontSize="sm" justify="space-between" mt={1}><span>{words.noVideo}</span><span>{shown(second)}</span></Flex>
    </Box>
  );
}
