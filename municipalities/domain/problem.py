"""A typed value that cannot be taken, told to the person who typed it."""


class ValueProblem(ValueError):
    """``code`` is for tests and figures; the sentences are for people and hold no name or address.

    A date may be repeated in a sentence: show it, do not log it.
    """

    def __init__(self, code: str, message_ja: str, message_en: str) -> None:
        super().__init__(code)
        self.code = code
        self.message_ja = message_ja
        self.message_en = message_en
