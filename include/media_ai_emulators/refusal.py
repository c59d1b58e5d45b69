"""The one exception by which an emulated service refuses a call."""


class Refusal(Exception):
    """A call is answered with an error; each service writes it in its own form."""

    def __init__(self, status: int, code: str, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
