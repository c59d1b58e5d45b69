"""The models that the emulator knows."""

import re

from media_ai_emulators.dashscope.errors import invalid, model_not_found

_CHAT = re.compile(r"(qwen|qwq|qvq|deepseek|kimi|glm|llama)[\w.:-]*", re.IGNORECASE)
_MULTIMODAL_ONLY = re.compile(r"-vl|ocr|qvq|-omni", re.IGNORECASE)
TEXT_EMBEDDINGS = {
    # model: (default dimension, all dimensions, most texts in a call)
    "text-embedding-v4": (1024, (2048, 1536, 1024, 768, 512, 256, 128, 64), 10),
    "text-embedding-v3": (1024, (1024, 768, 512, 256, 128, 64), 10),
    "text-embedding-v2": (1536, (1536,), 25),
    "text-embedding-v1": (1536, (1536,), 25),
}
MULTIMODAL_EMBEDDINGS = {
    "tongyi-embedding-vision-plus": (1152, (1152, 1024, 512, 256, 128, 64)),
    "tongyi-embedding-vision-flash": (768, (768, 512, 256, 128, 64)),
    "multimodal-embedding-v1": (1024, (1024,)),
    "qwen3-vl-embedding": (2560, (2560, 2048, 1536, 1024, 768, 512, 256)),
}
ASR_FILE_LISTS = re.compile(r"(paraformer|fun-asr|sensevoice)[\w-]*")
ASR_ONE_FILE = re.compile(r"qwen[\w.-]*-filetrans[\w-]*")
SHOWN = (
    "qwen-plus",
    "qwen-flash",
    "qwen3-max",
    "qwen3-vl-plus",
    "qwen3-vl-flash",
    "qwen-vl-ocr",
    "text-embedding-v4",
    "tongyi-embedding-vision-plus",
    "paraformer-v2",
    "fun-asr",
    "qwen3-asr-flash-filetrans",
)


def check_chat(model: object, *, is_multimodal: bool) -> str:
    """
    Return the name of a chat model.

    Raises:
        Refusal: It is unknown, or a vision model is asked at the address of text models.
    """
    if not isinstance(model, str) or not model:
        raise invalid("Required parameter(s) missing or invalid: model")
    if not _CHAT.fullmatch(model) or "embedding" in model:
        raise model_not_found(model)
    if not is_multimodal and _MULTIMODAL_ONLY.search(model):
        raise invalid("url error, please check url!")
    return model
