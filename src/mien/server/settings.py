"""Every setting of the server, from the environment (``MIEN_…``) and a file, validated."""

from __future__ import annotations

import difflib
import os
import re
import secrets
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from mien.errors import SettingsError, choose_from
from mien.whole_file import write_whole

#: Known to everyone who reads this file, so it is refused outside the demonstration.
DEMO_SECRET: Final = "for-the-demonstration-only-never-for-real-learners"
#: 256 bits, as long as the key of the HMAC (RFC 2104: at least the output of SHA-256).
SECRET_LENGTH: Final = 32
#: Names the file of settings.
FILE_VARIABLE: Final = "MIEN_SETTINGS_FILE"
#: RFC 1123 section 2.1, in lower case.
HOST: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
DAY_S: Final = 86_400.0
MIB: Final = 1024 * 1024


class Settings(BaseSettings):
    """One deployment. ``MIEN_SETTINGS_FILE`` names a file of ``MIEN_NAME=value`` lines;
    the environment wins over it, the command line over both.

    Attributes:
        data_dir: SQLite, uploaded media and the secret live here (mode 700).
        database: SQLAlchemy URL; '' is SQLite in ``data_dir``.
        public_url: what learners type; outside loopback it must be https, without which
            browsers give no camera either. '' is ``http://host:port``.
        secret: key of the hashes of session tokens and of rate-limit keys; '' makes one
            in ``data_dir``. The same on every machine of one deployment.
        video_hosts: hosts from which a video's address may come. Empty: only uploads,
            so that no learner's browser calls a foreign machine.
        metrics_token: bearer token of /metrics; '' answers on loopback only.
        session_idle_s, session_lifetime_s: a log-in ends after so long unused / at most
            (OWASP: both limits, we choose a week and a term's month).
        argon2_memory_kib, argon2_passes: RFC 9106 section 4, second recommended option.
        requests_per_minute: of one account or address; a page load takes about 20.
    """

    model_config = SettingsConfigDict(env_prefix="MIEN_", extra="ignore", frozen=True)

    demo: bool = False
    data_dir: Path = Field(default_factory=lambda known: default_data_dir(known["demo"]))
    database: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_535)
    workers: int = Field(default=1, ge=1, le=64)
    public_url: str = ""
    secret: SecretStr = SecretStr("")
    trusted_proxies: str = "127.0.0.1"
    video_hosts: list[str] = []
    metrics_token: SecretStr = SecretStr("")
    log_format: Literal["json", "text"] = "json"
    session_idle_s: float = Field(default=7 * DAY_S, gt=0)
    session_lifetime_s: float = Field(default=30 * DAY_S, gt=0)
    argon2_memory_kib: int = Field(default=65_536, ge=64)
    argon2_passes: int = Field(default=3, ge=1)
    requests_per_minute: int = Field(default=600, ge=1)
    max_request_bytes: int = Field(default=1 * MIB, ge=1024)
    max_picture_bytes: int = Field(default=5 * MIB, ge=1024)
    max_video_bytes: int = Field(default=500 * MIB, ge=1024)
    max_course_bytes: int = Field(default=2048 * MIB, ge=1024)

    @field_validator("public_url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
        if value and not (parts.scheme in ("http", "https") and parts.hostname and bare):
            raise ValueError("must be an origin such as https://learn.example.org")
        return value.rstrip("/")

    @field_validator("database")
    @classmethod
    def _is_known_database(cls, value: str) -> str:
        for plain in ("postgresql://", "postgres://"):
            if value.startswith(plain):
                return "postgresql+psycopg://" + value.removeprefix(plain)
        if value and not value.startswith(("postgresql+psycopg://", "sqlite:///")):
            raise ValueError("must begin with postgresql:// or sqlite:///")
        return value

    @field_validator("video_hosts")
    @classmethod
    def _are_hosts(cls, value: list[str]) -> list[str]:
        for host in value:
            if not HOST.fullmatch(host):  # it stands in the content security policy
                raise ValueError(f"{host!r} is not a host name such as videos.example.org")
        return value

    @model_validator(mode="after")
    def _is_safe(self) -> Settings:
        if self.demo and not is_loopback(self.host):
            raise ValueError(
                f"the demonstration has printed passwords and only listens on loopback, not on "
                f"{self.host}; leave out --demo or --host"
            )
        if not self.demo and not is_loopback(self.host) and not self.secure:
            raise ValueError(
                "outside loopback, public_url must be https: browsers give no camera without, "
                "and passwords would be readable on the way"
            )
        secret = self.secret.get_secret_value()
        if not self.demo and secret == DEMO_SECRET:
            raise ValueError("the demonstration's secret is public; make another, or leave it out")
        if secret and len(secret) < SECRET_LENGTH:
            raise ValueError(f"secret must have at least {SECRET_LENGTH} characters")
        return self

    @property
    def secure(self) -> bool:
        """Whether learners reach the server by https."""
        return self.public_url.startswith("https://")

    @property
    def origin(self) -> str:
        """Scheme, host and port of the pages."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{name}:{self.port}"

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL."""
        return self.database or f"sqlite:///{self.own_database}"

    @property
    def own_database(self) -> Path | None:
        """The SQLite file in the data folder; None where another database is named."""
        return None if self.database else self.data_dir / "mien.sqlite3"

    @property
    def media_dir(self) -> Path:
        """Where uploaded pictures and videos lie."""
        return self.data_dir / "media"


def default_data_dir(demo: bool) -> Path:
    """Real learners and the demonstration's never share a folder."""
    return Path.home() / ".local" / "share" / ("mien-demo" if demo else "mien")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(**given: object) -> Settings:
    """Settings of the file, the environment and the command line (None: not given).

    Raises:
        SettingsError: naming every setting that is wrong, and why.
    """
    values = {name: value for name, value in given.items() if value is not None}
    file = os.environ.get(FILE_VARIABLE)
    if file and not Path(file).is_file():
        raise SettingsError(f"{FILE_VARIABLE} names {file}, which is not a file. Correct it.")
    _refuse_misspelt(file)
    try:
        return Settings(_env_file=file, **values)  # type: ignore[call-arg, arg-type]
    except ValidationError as error:
        told = "; ".join(_told(dict(e)) for e in error.errors())
        raise SettingsError(f"Settings are not valid: {told}.") from error


def secret_of(settings: Settings) -> bytes:
    """The deployment's key; made once and kept in the data folder (mode 600) if not set."""
    if settings.secret.get_secret_value():
        return settings.secret.get_secret_value().encode()
    if settings.demo:
        return DEMO_SECRET.encode()
    path = settings.data_dir / "secret"
    if not path.is_file():
        write_whole(path, secrets.token_urlsafe(SECRET_LENGTH).encode())
        path.chmod(0o600)
    return path.read_bytes()


def _refuse_misspelt(file: str | None) -> None:
    """A setting that is silently not set is worse than one that is refused. In the file
    nothing else may stand; in the environment, only what is nearly one of ours is told."""
    known = {f"MIEN_{name.upper()}" for name in Settings.model_fields} | {FILE_VARIABLE}
    for name in dotenv_values(file) if file else ():
        if name.upper() not in known:
            raise SettingsError(choose_from(f"The setting in {file}", name, sorted(known)))
    for name in os.environ:
        near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.9)
        if name.startswith("MIEN_") and near and name not in known:
            raise SettingsError(f"{name} in the environment is unknown. Did you mean {near[0]}?")


def _told(error: dict[str, object]) -> str:
    place = error["loc"]
    name = f"MIEN_{str(place[0]).upper()} " if isinstance(place, tuple) and place else ""
    return name + str(error["msg"]).removeprefix("Value error, ")
