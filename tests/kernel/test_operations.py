"""What load balancers and monitors see."""

import pytest
from fsspec import register_implementation
from fsspec.spec import AbstractFileSystem


class Unplugged(AbstractFileSystem):
    """An object store that does not answer."""

    protocol = "unplugged"

    def info(self, path, **_options):
        raise TimeoutError("no answer")

    def exists(self, path, **_options):
        raise TimeoutError("no answer")


register_implementation("unplugged", Unplugged, clobber=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def stranded_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/away/gone.db"
    return f"postgresql://postgres@/gone?host={tmp_path}"


def test_a_process_that_runs_says_so(browse):
    assert browse().get("/healthz").json == {"status": "up"}


def test_a_process_whose_database_and_storage_answer_is_ready(browse):
    assert browse().get("/readyz").json == {"status": "ready"}


def test_a_database_that_is_away_is_named(stranded_url, build):
    client = build(stranded_url).test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "failed": ["database"]}
    assert client.get("/healthz").status_code == 200


def test_a_signed_in_browser_gets_the_same_answers(stranded_url, build):
    client = build(stranded_url).test_client()
    with client.session_transaction() as cookie:
        cookie.update(_user_id="somebody", sid="token")
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").json["failed"] == ["database"]


def test_a_storage_that_is_away_is_named(database_url, build, stranded_url):
    site = build(database_url, STORAGE_URL="unplugged://bucket")
    assert site.test_client().get("/readyz").json["failed"] == ["storage"]
    site = build(stranded_url, STORAGE_URL="unplugged://bucket")
    assert site.test_client().get("/readyz").json["failed"] == ["database", "storage"]


FROM_OUTSIDE = {"REMOTE_ADDR": "203.0.113.9"}


def test_figures_are_for_this_machine_in_a_demonstration(browse):
    client = browse().client
    client.get("/healthz")
    figures = client.get("/metrics")
    assert figures.status_code == 200
    assert 'probity_requests_total{endpoint="' in figures.text
    assert "probity_request_seconds_bucket" in figures.text
    assert client.get("/metrics", environ_base=FROM_OUTSIDE).status_code == 404


def test_elsewhere_figures_need_a_token_even_from_this_machine(database_url, build):
    site = build(database_url, BASE_URL="https://exams.example.org")
    client = site.test_client()
    assert client.get("/metrics", base_url="https://exams.example.org").status_code == 404


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Bearer monitor", 200),
        ("monitor", 200),
        ("Bearer wrong", 404),
        ("Bearer mönitor", 404),
        ("Bearer ", 404),
        (None, 404),
    ],
)
def test_a_token_opens_the_figures_from_anywhere(database_url, build, header, status):
    site = build(database_url, METRICS_TOKEN="monitor")
    headers = {"Authorization": header} if header else {}
    answer = site.test_client().get("/metrics", headers=headers, environ_base=FROM_OUTSIDE)
    assert answer.status_code == status


def test_requests_are_counted_by_route_not_by_address(browse):
    client = browse().client
    client.get("/no/such/secret-token")
    client.get("/probe/status/404")
    figures = client.get("/metrics").text
    assert "secret-token" not in figures
    assert 'probity_requests_total{endpoint="none",status="404"}' in figures
    assert 'probity_requests_total{endpoint="probe.fail",status="404"}' in figures
