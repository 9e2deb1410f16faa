"""Settings: from the command line, the environment and a file, and those that are refused."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from mien.errors import SettingsError
from mien.server.database.upgrade import upgrade
from mien.server.services import open_services
from mien.server.settings import DEMO_SECRET, Settings, load_settings, secret_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*Settings.model_fields, "settings_file"):
        monkeypatch.delenv(f"MIEN_{name.upper()}", raising=False)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "mien.env"
    path.write_text("MIEN_PORT=8001\nMIEN_WORKERS=2\nMIEN_LOG_FORMAT=text\n")
    monkeypatch.setenv("MIEN_SETTINGS_FILE", str(path))
    return path


def test_the_command_line_wins_over_the_environment_over_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert file.is_file()
    monkeypatch.setenv("MIEN_WORKERS", "3")
    settings = load_settings(log_format="json", host=None)
    assert (settings.port, settings.workers, settings.log_format) == (8001, 3, "json")
    assert settings.host == "127.0.0.1"  # None: not given


def test_lists_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_VIDEO_HOSTS", '["videos.example.org"]')
    assert load_settings().video_hosts == ["videos.example.org"]


def test_real_learners_and_the_demonstration_never_share_a_folder() -> None:
    assert load_settings().data_dir != load_settings(demo=True).data_dir


def test_the_data_folder_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIEN_DATA_DIR", str(tmp_path / "here"))
    settings = load_settings()
    assert settings.database_url == f"sqlite:///{tmp_path / 'here' / 'mien.sqlite3'}"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"port": 0}, "MIEN_PORT"),
        ({"workers": 0}, "MIEN_WORKERS"),
        ({"workers": "many"}, "MIEN_WORKERS"),
        ({"database": "mysql://x"}, "postgresql:// or sqlite:///"),
        ({"public_url": "learn.example.org"}, "https://learn.example.org"),
        ({"public_url": "https://learn.example.org/mien"}, "MIEN_PUBLIC_URL"),
        ({"video_hosts": ["https://a.org"]}, "is not a host name"),
        ({"video_hosts": ["a.org; script-src *"]}, "is not a host name"),
        ({"video_hosts": ["a.org "]}, "is not a host name"),
        ({"video_hosts": ["*.a.org"]}, "is not a host name"),
        ({"video_hosts": [""]}, "is not a host name"),
        ({"host": "0.0.0.0"}, "must be https"),
        ({"host": "0.0.0.0", "public_url": "http://a.org"}, "must be https"),
        ({"host": "::", "demo": True}, "leave out --demo or --host"),
        ({"secret": "short"}, "at least 32"),
        ({"secret": DEMO_SECRET}, "public; make another"),
        ({"log_format": "xml"}, "MIEN_LOG_FORMAT"),
        ({"max_request_bytes": 1}, "MIEN_MAX_REQUEST_BYTES"),
        ({"session_idle_s": -1}, "MIEN_SESSION_IDLE_S"),
    ],
)
def test_unfit_settings_are_named(given: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError) as told:
        load_settings(**given)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_the_words_of_a_refusal_repeat_no_secret() -> None:
    with pytest.raises(SettingsError) as told:
        load_settings(secret="my-secret", database="postgres+x://me:my-secret@h/d")
    assert "my-secret" not in str(told.value)


def test_a_misspelt_setting_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("MIEN_PROT=8001\n")
    with pytest.raises(SettingsError, match=r"'MIEN_PROT' is unknown. Did you mean 'MIEN_PORT'"):
        load_settings()
    file.write_text("")
    monkeypatch.setenv("MIEN_VIDEO_HOST", "[]")
    with pytest.raises(SettingsError, match="Did you mean MIEN_VIDEO_HOSTS"):
        load_settings()


def test_other_programs_variables_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MIEN_MODELS_DIR", "MIEN_CACHE_DIR", "MIEN_SHARED", "MIEN_TEST_POSTGRESQL"):
        monkeypatch.setenv(name, "x")
    load_settings()


def test_a_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_SETTINGS_FILE", "/none/mien.env")
    with pytest.raises(SettingsError, match=r"/none/mien.env, which is not a file"):
        load_settings()


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    services = open_services(settings)
    services.database.close()
    path = tmp_path / "new" / "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(services.secret) >= 32
    assert secret_of(settings) == services.secret
    other = Settings(data_dir=tmp_path, secret="x" * 40)
    assert secret_of(other) == b"x" * 40


def test_only_its_owner_reads_the_database(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)  # made by whoever set the machine up
    services = open_services(Settings(data_dir=tmp_path))
    upgrade(services.database)
    with services.database.writing():
        files = [tmp_path / f"mien.sqlite3{end}" for end in ("", "-wal", "-shm")]
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3
    services.database.close()


def test_the_proxys_bound_is_no_smaller_than_the_platforms() -> None:
    lines = (ROOT / "deploy" / "Caddyfile").read_text().split()
    bound = lines[lines.index("max_size") + 1]
    assert bound == f"{Settings().max_course_bytes // 2**20}MiB"


def test_a_folder_that_cannot_be_made_is_told_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"cannot be made: .* MIEN_DATA_DIR") as told:
        open_services(Settings(data_dir=tmp_path / "file" / "data"))
    assert "\n" not in str(told.value)


def test_the_guide_names_every_setting_and_no_other() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs" / "deployment.md").read_text()
    table = guide[guide.index("| setting |") : guide.index("## Reverse proxy")]
    told = set(re.findall(r"`MIEN_(\w+)`", "".join(re.findall(r"\n(\|[^|]*\|)", table))))
    assert told == {name.upper() for name in Settings.model_fields}
