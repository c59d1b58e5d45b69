import { Box, Button, Field, Flex, Grid, Heading, Input, SegmentGroup, Textarea, VStack } from "@chakra-ui/react";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { Problem } from "../api/problem";
import { createTask } from "../api/tasks";
import { SUBTITLE_TYPES, type Upload, VIDEO_TYPES } from "../api/uploads";
import { useWords } from "../lib/i18n";
import { usePlace } from "../lib/place";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { ProblemNote } from "../parts/states";
import { titleOf, useTaskDraft, videoIdOf } from "./draft";
import { Earlier } from "./Earlier";
import { type Quoted, QuotePart } from "./QuotePart";
import { TablePart } from "./TablePart";
import { UploadField } from "./UploadField";
import { VideoIdField } from "./VideoIdField";
import { WorkflowPart } from "./WorkflowPart";

const nothing = () => () => undefined;

/** The address of a finished upload, nothing while it is on its way. */
function useAddress(upload: Upload | undefined): string | undefined {
  const state = useSyncExternalStore(upload?.subscribe ?? nothing, () => upload?.state);
  return state?.at === "done" ? state.address : undefined;
}

export default function CreatePage() {
  const words = useWords().create;
  const { params, go } = usePlace();
  const { draft, set, clear } = useTaskDraft();
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const [quoted, setQuoted] = useState<Quoted>();
  const videoAddress = useAddress(draft.video);
  const subtitlesAddress = useAddress(draft.subtitles);
  const isUpload = draft.from === "upload";

  useEffect(() => { if (params.workflow && params.workflow !== draft.workflow) set({ workflow: params.workflow, overrides: {} }); }, [params.workflow]);

  const video = isUpload ? videoAddress : draft.videoAddress.trim();
  const subtitles = isUpload ? subtitlesAddress : draft.subtitlesAddress.trim();
  const isWaiting = isUpload && ((draft.video && !videoAddress) || (draft.subtitles && !subtitlesAddress));
  const input = video ? { video, ...(subtitles && { subtitles }) } : undefined;
  const about = JSON.stringify([draft.workflow, input, draft.overrides]);
  const missing = [
    [words.name, draft.name], [words.source, isUpload ? draft.video : draft.videoAddress.trim()], [words.videoId, draft.videoId], [words.videoTitle, draft.title], [words.videoDesc, draft.description], [words.workflow, draft.workflow],
  ].filter(([, value]) => !value).map(([label]) => String(label));

  const begin = (file: string) => set({ videoId: draft.videoId || videoIdOf(titleOf(file)), title: draft.title || titleOf(file), name: draft.name || titleOf(file) });
  const start = async () => {
    setAsked(true);
    if (missing.length || isWaiting || !video) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const metadata = Object.fromEntries(draft.fields.filter((field) => field.name.trim()).map((field) => [field.name.trim(), field.value]));
      const known = { video_id: draft.videoId.trim(), title: draft.title.trim(), description: draft.description.trim(), metadata };
      const money = { is_quoted: quoted?.about === about, ...(draft.budget.trim() && { budget: Number(draft.budget) }) };
      const made = await createTask(draft.workflow, { name: draft.name.trim(), input: { video, ...input, ...known }, overrides: draft.overrides, ...money }, draft.key);
      clear();
      go("result", { workflow: made.workflow, run: made.run_id });
    } catch (error) {
      setProblem(Problem.of(error));
    } finally {
      setBusy(false);
    }
  };
  const isMissing = (label: string) => isAsked && missing.includes(label);
  return (
    <Box maxW="78rem" p={3}>
      <Heading as="h1" fontSize="lg" mb={3}>{words.title}</Heading>
      <Grid gap={6} templateColumns={{ base: "minmax(0, 1fr)", lg: "minmax(0, 1fr) minmax(0, 1fr)" }}>
        <VStack align="stretch" gap={4}>
          <SegmentGroup.Root alignSelf="start" maxW="100%" overflowX="auto" size={{ base: "xs", md: "sm" }} value={draft.from} onValueChange={({ value }) => set({ from: value as typeof draft.from })}>
            <SegmentGroup.Indicator />
            <SegmentGroup.Items items={[{ value: "upload", label: words.upload }, { value: "address", label: words.existing }, { value: "table", label: words.many }]} />
          </SegmentGroup.Root>
          {draft.from === "table" ? <TablePart /> : (
            <>
              {isUpload ? (
                <>
                  <Labelled isInvalid={isMissing(words.source)} label={words.source} isRequired>
                    <UploadField endings={VIDEO_TYPES} label={words.source} upload={draft.video} onChange={(made) => { set({ video: made }); if (made) begin(made.file.name); }} />
                  </Labelled>
                  <Labelled label={words.subtitles}><UploadField endings={SUBTITLE_TYPES} isCompact label={words.subtitles} upload={draft.subtitles} onChange={(made) => set({ subtitles: made })} /></Labelled>
                </>
              ) : (
                <>
                  <Earlier endings={VIDEO_TYPES} label={words.earlier} value={draft.videoAddress} onChoose={(address, name) => { set({ videoAddress: address }); if (name) begin(name); }} />
                  <Text hint={words.addressHint} isInvalid={isMissing(words.source)} isRequired label={words.address} value={draft.videoAddress} onBlur={() => draft.videoAddress && begin(draft.videoAddress)} onChange={(value) => set({ videoAddress: value })} />
                  <Earlier endings={SUBTITLE_TYPES} label={words.earlierSubtitles} value={draft.subtitlesAddress} onChoose={(address) => set({ subtitlesAddress: address })} />
                  <Text label={words.subtitlesAddress} value={draft.subtitlesAddress} onChange={(value) => set({ subtitlesAddress: value })} />
                </>
              )}
              <Text isInvalid={isMissing(words.name)} isRequired label={words.name} most={300} value={draft.name} onChange={(value) => set({ name: value })} />
              <VideoIdField isMissing={isMissing(words.videoId)} value={draft.videoId} onChange={(value) => set({ videoId: value })} />
              <Text isInvalid={isMissing(words.videoTitle)} isRequired label={words.videoTitle} most={500} value={draft.title} onChange={(value) => set({ title: value })} />
              <Field.Root invalid={isMissing(words.videoDesc)} required>
                <Field.Label>{words.videoDesc}<Field.RequiredIndicator /></Field.Label>
                <Textarea autoresize rows={2} size="sm" value={draft.description} onChange={(event) => set({ description: event.target.value })} />
              </Field.Root>
              <Fields />
            </>
          )}
        </VStack>
        <VStack align="stretch" gap={4}>
          <WorkflowPart isMissing={isMissing(words.workflow)} problem={problem} />
          {draft.from !== "table" && (
            <>
              {draft.workflow && <QuotePart about={about} budget={draft.budget} input={input} overrides={draft.overrides} quoted={quoted} workflow={draft.workflow} onBudget={(budget) => set({ budget })} onQuoted={setQuoted} />}
              {problem && <ProblemNote problem={problem} />}
              {isAsked && missing.length > 0 && <Box color="fg.error" fontSize="sm" role="alert">{words.missing(missing.join(", "))}</Box>}
              {isAsked && isWaiting && <Box color="fg.warning" fontSize="sm" role="status">{words.waiting}</Box>}
              <Button alignSelf="start" colorPalette="brand" loading={isBusy} onClick={() => void start()}><Icon name="play" />{words.start}</Button>
            </>
          )}
        </VStack>
      </Grid>
    </Box>
  );
}

function Labelled({ label, children, isRequired = false, isInvalid = false }: { label: string; children: ReactNode; isRequired?: boolean; isInvalid?: boolean }) {
  return (
    <Box aria-label={label} role="group">
      <Box color={isInvalid ? "fg.error" : undefined} fontSize="sm" fontWeight="medium" mb={1}>{label}{isRequired && <Box as="span" color="fg.error"> *</Box>}</Box>
      {children}
    </Box>
  );
}

interface TextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  hint?: string;
  most?: number;
  isRequired?: boolean;
  isInvalid?: boolean;
}

function Text({ label, value, onChange, onBlur, hint, most, isRequired = false, isInvalid = false }: TextProps) {
  return (
    <Field.Root invalid={isInvalid} required={isRequired}>
      <Field.Label>{label}<Field.RequiredIndicator /></Field.Label>
      <Input maxLength={most} size="sm" value={value} onBlur={onBlur} onChange={(event) => onChange(event.target.value)} />
      {hint && <Field.HelperText>{hint}</Field.HelperText>}
    </Field.Root>
  );
}

/** Whatever else people want to know of the video. */
function Fields() {
  const words = useWords();
  const { draft, set } = useTaskDraft();
  const change = (index: number, to: { name?: string; value?: string }) => set({ fields: draft.fields.map((field, at) => (at === index ? { ...field, ...to } : field)) });
  return (
    <Box>
      <Box fontSize="sm" fontWeight="medium" mb={1}>{words.create.fields}</Box>
      {draft.fields.map((field, index) => (
        <Flex gap={2} key={index} mb={2}>
          <Input aria-label={`${words.create.fieldName} ${index + 1}`} placeholder={words.create.fieldName} size="sm" value={field.name} onChange={(event) => change(index, { name: event.target.value })} />
          <Input aria-label={`${words.create.fieldValue} ${index + 1}`} placeholder={words.create.fieldValue} size="sm" value={field.value} onChange={(event) => change(index, { value: event.target.value })} />
          <IconAction icon="trash" label={words.form.removeItem(index + 1)} onClick={() => set({ fields: draft.fields.filter((_, at) => at !== index) })} />
        </Flex>
      ))}
      <Button colorPalette="gray" size="xs" variant="outline" onClick={() => set({ fields: [...draft.fields, { name: "", value: "" }] })}><Icon name="add" size={14} />{words.create.addField}</Button>
    </Box>
  );
}
