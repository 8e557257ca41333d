"""Where a merchant's message may not go, by whatever name, and that what was checked is what is connected to."""

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from delivery.tries import Outcome, Verdict
from plugin.fulfilment.webhook import send
from plugin.notify.targets import is_public
from tests.outbox import START, Clock
from tests.plugin.receiver import Handler, Receiver, answer, receiving
from tests.plugin.test_webhook import SECRET, message

REFUSED = "Its address is not a public one."


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Clock()) as found:
        yield found


def try_at(url: str, allow_private: bool = False) -> Outcome:
    return send(message(url), (SECRET,), START, allow_private, seconds=5)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001::1",
        "2001:0:53aa:64c:0:0:80ff:fffe",
        "2001:db8::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.215.14",
        "172.32.0.1",
        "100.128.0.1",
        "2606:4700:4700::1111",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
    ],
)
def test_addresses_outside_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::]",
        "0.0.0.0",
        "0",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1%2f@",
    ],
)
def test_loopback_is_refused_however_it_is_written(receiver: Receiver, host: str) -> None:
    outcome = try_at(f"http://{host}:{receiver.port}/")
    assert outcome.verdict is Verdict.FAILED
    assert receiver.received == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f000001", "127.1"])
def test_the_refusal_says_why(receiver: Receiver, host: str) -> None:
    assert try_at(f"http://{host}:{receiver.port}/").problem == REFUSED


def test_an_operator_may_allow_private_targets(receiver: Receiver) -> None:
    assert try_at(receiver.url, allow_private=True).verdict is Verdict.PASSED_ON


def test_a_redirect_to_the_inside_is_not_followed(receiver: Receiver) -> None:
    with receiving(Clock(), answer(307, Location=receiver.url)) as outer:
        outcome = try_at(outer.url, allow_private=True)
    assert (outcome.verdict, outcome.status) == (Verdict.FAILED, 307)
    assert outcome.problem == "It answered 307: redirects are not followed."
    assert receiver.received == []


class Names:
    """A name server: each question takes the next answer, the last one stays."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.asked: list[str] = []
        self._answers = list(answers)
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host[:1].isdigit() or ":" in host:
            return self._real(host, port, *args, **options)
        self.asked.append(host)
        addresses = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


def test_a_name_that_leads_inside_is_refused(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, ["127.0.0.1"])
    assert try_at(f"http://warehouse.example:{receiver.port}/").problem == REFUSED
    assert receiver.received == []


def test_one_inner_address_among_public_ones_is_refused(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, ["1.1.1.1", "127.0.0.1"])
    assert try_at(f"http://warehouse.example:{receiver.port}/").problem == REFUSED


def test_a_name_is_asked_for_once_so_it_cannot_change_its_mind(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
    outcome = try_at(f"http://warehouse.example:{receiver.port}/in", allow_private=True)
    assert outcome.verdict is Verdict.PASSED_ON
    assert names.asked == ["warehouse.example"]
    assert receiver.received[0].headers["host"] == f"warehouse.example:{receiver.port}"


def test_an_unknown_name_is_a_failure_that_may_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_knows(*_args: Any, **_options: Any) -> None:
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody_knows)
    outcome = try_at("http://warehouse.example/")
    assert (outcome.verdict, outcome.problem) == (
        Verdict.FAILED,
        "It could not be reached, or closed the connection.",
    )


@pytest.mark.parametrize(
    "url",
    [
        "ftp://1.1.1.1/",
        "file:///etc/passwd",
        "http://",
        "http://%zz/",
        "http://a..b/",
        "http://" + "a" * 80 + ".example/",
    ],
)
def test_an_address_that_cannot_be_used_is_an_outcome_too(url: str) -> None:
    assert try_at(url).verdict is Verdict.FAILED


@pytest.fixture
def encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver over TLS for the name warehouse.example, whose certificate the sender trusts."""
    certificate = make_certificate(tmp_path, "warehouse.example")
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, tmp_path / "key.pem")
    receiver = Receiver(Clock(), secrets=[SECRET])
    server = HTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=True)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.receiver = receiver  # type: ignore[attr-defined]
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()
    thread.join()


def make_certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    path = folder / "certificate.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_the_certificate_is_checked_against_the_name_not_the_address(
    encrypted: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch, ["127.0.0.1"])
    right = try_at(f"https://warehouse.example:{encrypted.port}/", allow_private=True)
    wrong = try_at(f"https://other.example:{encrypted.port}/", allow_private=True)
    assert right.verdict is Verdict.PASSED_ON
    assert (wrong.verdict, wrong.problem) == (Verdict.FAILED, "Its certificate could not be trusted.")
    assert len(encrypted.received) == 1
    assert encrypted.received[0].verified


def test_a_peer_that_never_finishes_its_tls_handshake_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        outcome = send(message(f"https://127.0.0.1:{port}/"), (SECRET,), START, allow_private=True, seconds=0.5)
    assert outcome.problem == "It did not answer in time."
