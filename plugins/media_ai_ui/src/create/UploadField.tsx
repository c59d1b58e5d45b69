import { Box, Button, Flex, Progress } from "@chakra-ui/react";
import { useRef, useState, useSyncExternalStore } from "react";
import { endsWith, Upload } from "../api/uploads";
import { bytes } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { ProblemNote } from "../parts/states";

interface Props {
  label: string;
  endings: readonly string[];
  upload: Upload | undefined;
  onChange: (upload: Upload | undefined) => void;
  isCompact?: boolean;
}

/** Choose or drop a file; it goes to the server at once. */
export function UploadField({ label, endings, upload, onChange, isCompact = false }: Props) {
  const words = useWords().create;
  const chooser = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState("");
  const [isOver, setOver] = useState(false);
  const take = (file: File | undefined) => {
    if (!file) return;
    const problem = !endsWith(file.name, endings) ? words.wrongType(file.name, endings.join(", ")) : file.size === 0 ? words.emptyFile(file.name) : "";
    setWrong(problem);
    if (!problem) onChange(new Upload(file));
  };
  if (upload) return <Sending upload={upload} onRemove={() => { if (upload.state.at === "sending") upload.pause(); onChange(undefined); }} />;
  return (
    <Box>
      <input accept={endings.join(",")} aria-label={label} hidden ref={chooser} type="file" onChange={(event) => { take(event.target.files?.[0]); event.target.value = ""; }} />
      <Flex
        align="center" bg={isOver ? "bg.muted" : undefined} borderColor={isOver ? "brand.solid" : "border.emphasized"} borderRadius="md" borderStyle="dashed" borderWidth={1} direction={isCompact ? "row" : "column"} gap={2}
        justify="center" p={isCompact ? 2 : 6} textAlign="center" onDragLeave={() => setOver(false)}
        onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDrop={(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer.files[0]); }}
      >
        {!isCompact && <Icon name="upload" size={24} />}
        <Button aria-label={`${words.choose}: ${label}`} colorPalette="gray" size="sm" variant="outline" onClick={() => chooser.current?.click()}>{words.choose}</Button>
        <Box color="fg.muted" fontSize="xs">{words.formats(endings.join(" "))}</Box>
      </Flex>
      {wrong && <Box color="fg.error" fontSize="sm" mt={1} role="alert">{wrong}</Box>}
    </Box>
  );
}

function Sending({ upload, onRemove }: { upload: Upload; onRemove: () => void }) {
  const all = useWords();
  const words = all.create;
  const language = useLanguage();
  const state = useSyncExternalStore(upload.subscribe, upload.snapshot);
  const percent = Math.floor((state.sent / upload.file.size) * 100);
  const text = { sending: words.uploading(percent), paused: words.paused, done: words.uploaded, failed: "" }[state.at];
  return (
    <Box borderColor="border" borderRadius="md" borderWidth={1} p={2}>
      <Flex align="center" gap={2}>
        <Box flex="1" fontSize="sm" minW={0} truncate>{upload.file.name}</Box>
        <Box color={state.at === "done" ? "fg.success" : "fg.muted"} flexShrink={0} fontSize="sm" role="status">{text} · {bytes(upload.file.size, language)}</Box>
        {state.at === "sending" && <IconAction icon="pause" label={words.pause} size="xs" onClick={() => upload.pause()} />}
        {(state.at === "paused" || state.at === "failed") && <IconAction icon="play" label={words.resume} size="xs" onClick={() => void upload.resume()} />}
        <IconAction icon="close" label={`${all.common.remove}: ${upload.file.name}`} size="xs" onClick={onRemove} />
      </Flex>
      <Progress.Root aria-label={upload.file.name} colorPalette={state.at === "done" ? "success" : "brand"} mt={1} size="xs" value={state.at === "done" ? 100 : percent}>
        <Progress.Track><Progress.Range /></Progress.Track>
      </Progress.Root>
      {state.at === "failed" && <Box mt={2}><ProblemNote problem={state.problem} /></Box>}
    </Box>
  );
}
