"""Worker processes: a crash costs one file, and an unusable key is said for each."""

import contextlib

from cli.signing.inputs import Task
from cli.signing.jobs import Worker, run_jobs


def task(name):
    return Task(source=name, name=name, target=f"out/{name}")


def test_a_crash_is_that_files_error_and_the_worker_goes_on():
    worker = Worker({}, {})
    try:
        worker.start(task("a.jpg"))
        worker._process.kill()
        answer = worker.finish()
        assert answer["schema"] == "assay/error/1"
        assert answer["exit_code"] == 6
        assert "ended the process" in answer["error"]["message"]
        worker.start(task("b.jpg"))
        assert worker._process.is_alive()
    finally:
        worker.stop()
    assert worker._process is None


def test_abandoning_the_answers_ends_the_workers(desk, keys):
    import multiprocessing

    photo = desk.photo("a.jpg")
    tasks = [Task(source=str(photo), name=str(n), target=str(desk.folder / f"{n}.jpg")) for n in range(3)]
    with contextlib.closing(run_jobs(tasks, {}, {}, jobs=2)) as answers:
        del answers
    assert multiprocessing.active_children() == []
