"""A progress bar for a terminal: n of n, share, rate, expected end. Plain lines elsewhere."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30


class Progress:
    """``show`` may be called as often as one likes; a pipe gets a line at most every five seconds."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out
        self.started = time.monotonic()
        self.first: int | None = None
        self.printed = 0.0
        self.text = self.told = ""

    def show(self, done: int, total: int) -> None:
        """``done`` of ``total`` deliveries have come to an end."""
        self.first = done if self.first is None else self.first
        elapsed = max(time.monotonic() - self.started, 0.001)
        rate = (done - self.first) / elapsed
        share = done / total if total else 1.0
        filled = int(share * WIDTH)
        left = f"残り {(total - done) / rate:,.0f}秒" if rate and done < total else ""
        self.text = (
            f"{'█' * filled}{'░' * (WIDTH - filled)} {done:,} / {total:,}件 {share:.0%}"
            f"  毎秒{rate:,.0f}件  {left}"
        )
        if self.out.isatty():
            self.out.write(f"\r\033[K{self.text}", ending="")
            self.out.flush()
        elif time.monotonic() - self.printed > 5:
            self._line()

    def end(self) -> None:
        """Leave the last state standing."""
        if self.out.isatty():
            self.out.write("")
        elif self.text != self.told:
            self._line()

    def _line(self) -> None:
        self.printed = time.monotonic()
        self.told = self.text
        self.out.write(self.text)
        self.out.flush()
