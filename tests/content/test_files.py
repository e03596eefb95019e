"""Files are whole or not there: folders, files, locks and checksums."""

import errno
import hashlib
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supportbot.content.files import locked, new_folder, sha256, write_atomically
from supportbot.errors import StorageError


def disk_full(*args: object, **kwargs: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_only(*args: object, **kwargs: object) -> None:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=5000))
def test_sha256_is_that_of_the_content(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert sha256(tmp_path / "file") == hashlib.sha256(content).hexdigest()


def test_a_new_folder_appears_only_when_it_is_filled_and_holds_everything(tmp_path: Path) -> None:
    target = tmp_path / "made" / "on the way" / "資料"
    with new_folder(target) as staging:
        (staging / "檔案.txt").write_text("內容", encoding="utf-8")
        (staging / "below").mkdir()
        (staging / "below" / "deep.txt").write_text("深", encoding="utf-8")
        assert not target.exists()
    assert (target / "檔案.txt").read_text(encoding="utf-8") == "內容"
    assert (target / "below" / "deep.txt").read_text(encoding="utf-8") == "深"
    assert list(target.parent.iterdir()) == [target]
    assert target.stat().st_mode & 0o777 == 0o755, "others may read what was built"


def test_a_new_folder_replaces_the_whole_old_one(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "old").write_text("舊", encoding="utf-8")
    with new_folder(target) as staging:
        (staging / "new").write_text("新", encoding="utf-8")
        assert (target / "old").exists(), "the old folder serves until the new one is whole"
    assert [path.name for path in target.iterdir()] == ["new"]
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("failure", [ValueError("a fault"), KeyboardInterrupt()])
def test_an_error_while_filling_leaves_nothing_and_keeps_the_old_folder(tmp_path: Path, failure: BaseException) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "old").touch()
    with pytest.raises(type(failure)):  # noqa: PT012, SIM117
        with new_folder(target) as staging:
            (staging / "half").write_text("半", encoding="utf-8")
            raise failure
    assert [path.name for path in target.iterdir()] == ["old"]
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_while_filling_a_folder_is_a_storage_error_and_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "target"
    with pytest.raises(StorageError, match="target: cannot write: No space left") as caught:  # noqa: PT012, SIM117
        with new_folder(target) as staging:
            (staging / "half").write_text("半", encoding="utf-8")
            disk_full()
    assert caught.value.path == target
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_when_the_folder_is_synced_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "old").touch()
    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(StorageError, match="No space left on device"), new_folder(target) as staging:
        (staging / "new").touch()
    assert [path.name for path in target.iterdir()] == ["old"]
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot write: File exists"), new_folder(tmp_path / "file" / "target"):
        pytest.fail("the block must not run")
    monkeypatch.setattr(tempfile, "mkdtemp", read_only)
    with pytest.raises(StorageError, match="cannot write: Read-only file system"), new_folder(tmp_path / "target"):
        pytest.fail("the block must not run")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_is_replaced_by_its_new_content_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "CURRENT"
    write_atomically(path, "第一版\n")
    write_atomically(path, "第二版\n")
    assert path.read_text(encoding="utf-8") == "第二版\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("function", "failure", "reason"),
    [("fsync", disk_full, "No space left on device"), ("open", read_only, "Read-only file system")],
)
def test_a_disk_that_does_not_take_a_file_keeps_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, failure: object, reason: str
) -> None:
    path = tmp_path / "CURRENT"
    write_atomically(path, "舊\n")
    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync", failure) if function == "fsync" else (Path, "open", failure)))
        with pytest.raises(StorageError, match=f"CURRENT: cannot write: {reason}"):
            write_atomically(path, "新\n")
    assert path.read_text(encoding="utf-8") == "舊\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_where_no_file_can_be_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder" / "full").mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot write: Not a directory"):
        write_atomically(tmp_path / "file" / "CURRENT", "內容")
    with pytest.raises(StorageError, match="cannot write: No such file"):
        write_atomically(tmp_path / "missing" / "CURRENT", "內容")
    with pytest.raises(StorageError, match="cannot write: Is a directory"):
        write_atomically(tmp_path / "folder", "內容")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_of_many_holders_of_a_lock_only_one_works_at_a_time(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0", encoding="utf-8")

    def count() -> None:
        for _ in range(20):
            with locked(tmp_path / "made" / ".lock"):
                counter.write_text(str(int(counter.read_text(encoding="utf-8")) + 1), encoding="utf-8")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert counter.read_text(encoding="utf-8") == "80"


def test_the_lock_of_a_killed_process_is_free_again(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    lock = tmp_path / ".lock"
    program = """
import sys, time
from pathlib import Path
from supportbot.content.files import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(lock)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with lock.open("a") as stream, pytest.raises(BlockingIOError):
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        holder.kill()
    with locked(lock):
        assert lock.exists()


def test_a_lock_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot write: File exists"), locked(tmp_path / "file" / ".lock"):
        pytest.fail("the block must not run")
