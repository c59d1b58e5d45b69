"""The packages that parsing a DAG file must not load: seconds of import time, hundreds of megabytes."""

HEAVY = frozenset(
    {
        "av",
        "cv2",
        "dashscope",
        "great_expectations",
        "numpy",
        "onnxruntime",
        "openai",
        "oss2",
        "pandas",
        "psycopg2",
        "rapidocr",
        "skimage",
    }
)
