"""Video files through FFmpeg (PyAV): true presentation times, upright pictures."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from mien.capture.image import FORMATS, check_size, empty, problem
from mien.capture.joined import is_joined, may_be_joined
from mien.capture.needed import NeededPictures
from mien.capture.presentation import PresentationClock, origin_s_of
from mien.capture.source import SLACK_S, Closing, Sampler, fingerprint_of, shown_name
from mien.errors import SourceError
from mien.observations import Frame

#: FFmpeg's names of the formats of single pictures, beside those that end in "_pipe".
_PICTURE_FORMATS: Final = ("image2", "ico")
#: Brands of HEIF pictures (ISO/IEC 23008-12, annex B), whose tiles look like videos.
_PICTURE_BRANDS: Final = ("heic", "heix", "heim", "heis", "mif1")
#: Above this side a frame is shrunk while its colours are converted: a face that fills
#: a hundredth of a 4K frame still has 38 px, and memory stays bounded.
MAX_SIDE_PX: Final = 3840
#: So many failures in a row without a picture between: the rest is lost.
MAX_FAILURES: Final = 2000
#: How far before the start is sought, seconds: some formats lead to a packet before it
#: with the next whole picture behind it, up to some seconds further on. What a minute
#: does not bring is read from the file's start.
RETREATS_S: Final = (0.0, 2.0, 10.0, 60.0)


class VideoSource(Closing):
    """The pictures of a video's first real picture track; sound is not touched.

    Args:
        every_s: see :class:`mien.capture.source.Sampler`.
        start_s: begin here; frames before it are decoded but not yielded.

    Attributes:
        undecodable: packets or pictures that could not be decoded.
    """

    is_video = True

    def __init__(self, path: Path, every_s: float | None, start_s: float = 0.0) -> None:
        self.name = shown_name(path)
        self.undecodable = 0
        self._path = path
        self._every_s = every_s
        self._start_s = start_s
        self._converter = VideoReformatter()
        self._container = _open(path)
        try:
            self._stream = self._picture_track()
            self.fingerprint = fingerprint_of(path)
            self.duration_s: float | None = self._length()
            self._prepare_decoder()
            self._clock = PresentationClock(self._container, self._stream)
        except BaseException:
            self._container.close()
            raise

    def _picture_track(self) -> Any:
        # Cover art of a sound file is a "video" track of one attached picture.
        for stream in self._container.streams.video:
            if "attached_pic" not in str(stream.disposition).lower():
                return stream
        raise SourceError(
            f"{self.name} has no picture track (sound only?). Give the file with the picture."
        )

    def _length(self) -> float | None:
        stream = self._stream
        if stream.duration and stream.time_base:
            return float(stream.duration * stream.time_base)
        return self._container.duration / 1e6 if self._container.duration else None

    def _prepare_decoder(self) -> None:
        context = self._stream.codec_context
        if context is None:  # a codec that this FFmpeg does not know
            raise SourceError(
                f"{self.name} is coded in a way that cannot be decoded. Export it as .mp4."
            )
        check_size(self.name, max(context.width, 1), max(context.height, 1))
        context.thread_type = "AUTO"

    def close(self) -> None:
        self._container.close()

    def __iter__(self) -> Iterator[Frame]:
        sampler, index = Sampler(self._every_s), 0
        for picture, time_s in self._from_start():
            if time_s < self._start_s - SLACK_S or not sampler.keep(time_s):
                continue
            image = self._upright(picture)
            if image is not None:
                yield Frame(image, time_s, index)
                index += 1

    def _from_start(self) -> Iterator[tuple[Any, float]]:
        """The pictures with their times, from ``start_s`` or a little before."""
        if self._start_s > 0 and self._can_seek():
            if not PresentationClock.presents(self._container):
                next(self._timed(), None)  # the decoder's delay shows at the file's start
            for retreat_s in RETREATS_S:
                timed = self._sought(self._start_s - retreat_s)
                if timed is not None:
                    return timed
            self._container.close()
            self._container = _open(self._path)
            self._stream = self._picture_track()
            self._prepare_decoder()
        return self._timed()

    def _can_seek(self) -> bool:
        """A raw stream has no times to seek, a joined file has some of them twice."""
        if self._stream.start_time is None:
            return False
        if not may_be_joined(self._container):
            return True
        return not is_joined(self._path, self._stream.index, self.fingerprint)

    def _sought(self, target_s: float) -> Iterator[tuple[Any, float]] | None:
        """The pictures from the target on; None where the first is behind ``start_s``."""
        if target_s <= 0:
            return None
        # A file that cannot seek is read from its start; earlier frames are dropped.
        with contextlib.suppress(av.FFmpegError):
            offset = int((target_s + origin_s_of(self._stream)) / self._stream.time_base)
            self._container.seek(max(0, offset), stream=self._stream, backward=True)
        timed = self._timed()
        first = next(timed, None)
        self.undecodable = 0  # what is broken before a whole picture was cut off by seeking
        if first is None or (first[0].pts is None and first[0].dts is None):
            return None
        return chain([first], timed) if first[1] <= self._start_s + SLACK_S else None

    def _timed(self) -> Iterator[tuple[Any, float]]:
        clock = self._clock
        clock.restart()
        yield from clock.timed(self._pictures(clock))
        if clock.end_s == 0 and self._start_s <= 0:
            raise SourceError(
                f"{self.name} holds no picture that can be decoded. Export or copy it again."
            )
        if clock.joined or clock.corrected:
            self.duration_s = clock.end_s

    def _pictures(self, clock: PresentationClock) -> Iterator[Any]:
        failures, context = 0, self._stream.codec_context
        wanted = NeededPictures(self._container, self._stream, self._every_s, self._start_s)
        packets = self._container.demux(self._stream)
        while failures < MAX_FAILURES:
            try:
                packet = next(packets)
                clock.sending(packet)
                context.skip_frame = "DEFAULT" if wanted.needed(packet) else "NONREF"
                pictures = packet.decode()
            except StopIteration:
                return
            except av.EOFError:
                return
            except (av.FFmpegError, ValueError, MemoryError):
                failures += 1
                self.undecodable += 1
                continue
            for picture in pictures:
                wanted.seen(picture)
                if picture.is_corrupt:
                    self.undecodable += 1
                else:
                    failures = 0
                    yield picture

    def _upright(self, picture: Any) -> NDArray[np.uint8] | None:
        try:
            check_size(self.name, picture.width, picture.height)
            # One converter with one thread: PyAV's own makes a new one for every picture
            # and wakes a thread a core, which costs more than the conversion.
            image: NDArray[Any] = self._converter.reformat(
                picture, format="rgb24", threads=1, **self._size_of(picture)
            ).to_ndarray()
        except (av.FFmpegError, ValueError, MemoryError):
            self.undecodable += 1
            return None
        turns = round(picture.rotation / 90) % 4
        return np.ascontiguousarray(np.rot90(image, turns)) if turns else image

    def _size_of(self, picture: Any) -> dict[str, int]:
        """Square pixels and at most MAX_SIDE_PX a side; nothing where both hold."""
        aspect = self._stream.sample_aspect_ratio
        ratio = float(aspect) if aspect and 0.1 < float(aspect) < 10 else 1.0
        width, height = picture.width * ratio, float(picture.height)
        shrink = min(1.0, MAX_SIDE_PX / max(width, height))
        if ratio == 1.0 and shrink == 1.0:
            return {}
        return {"width": max(1, round(width * shrink)), "height": max(1, round(height * shrink))}


def _open(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            if not file.read(1):
                raise empty(path)
        # An absolute path: in "10:30.mp4" FFmpeg would take "10:" for a protocol.
        container = av.open(str(path.absolute()), metadata_errors="ignore")
    except av.FFmpegError as error:
        raise SourceError(
            f"{path} is not a video or picture that can be read "
            f"({error.strerror or type(error).__name__}). Export it as .mp4."
        ) from error
    except (OSError, ValueError, MemoryError) as error:
        raise problem(path, error) from error
    if _is_picture(container):
        container.close()
        raise SourceError(
            f"{path} is a picture that cannot be read. Valid: {', '.join(FORMATS)}. Export it "
            "as one of these."
        )
    return container


def _is_picture(container: Any) -> bool:
    """Whether it is a picture, of a kind that is not read or damaged: to FFmpeg each is a
    video of one frame."""
    name = container.format.name
    brand = container.metadata.get("major_brand", "").strip()
    return name in _PICTURE_FORMATS or name.endswith("_pipe") or brand in _PICTURE_BRANDS
