import ipaddress
import socket
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.core import http
from backstay.core.http import Allowed, Guard, Limits, Refused, TooMuch, Unreachable

LOOPBACK = Allowed.parse("127.0.0.1/32")
NOT_PUBLIC = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
]
NOT_PUBLIC_6 = ["::/127", "fc00::/7", "fe80::/10", "ff00::/8", "2001:db8::/32"]


def addresses(networks):
    networks = [ipaddress.ip_network(each) for each in networks]
    return st.sampled_from(networks).flatmap(
        lambda network: st.integers(0, network.num_addresses - 1).map(lambda number: network[number])
    )


INSIDE = addresses(NOT_PUBLIC)
OUTSIDE = st.sampled_from(["8.8.8.8", "93.184.216.34", "1.1.1.1"]).map(ipaddress.ip_address)


def wrapped(address) -> list[ipaddress.IPv6Address]:
    """The ways in which an IPv6 address stands for this one."""
    number = int(address)
    mapped = int(ipaddress.ip_address("::ffff:0:0")) + number
    nat64 = int(ipaddress.ip_address("64:ff9b::")) + number
    sixtofour = int(ipaddress.ip_address("2002::")) + (number << 80)
    return [ipaddress.IPv6Address(each) for each in (mapped, nat64, sixtofour)]


@given(INSIDE)
def test_addresses_inside_are_not_public_in_any_wrapping(address):
    assert [http.is_public(each) for each in (address, *wrapped(address))] == [False] * 4


@given(addresses(NOT_PUBLIC_6))
def test_addresses_of_ipv6_that_lead_inside_are_not_public(address):
    assert not http.is_public(address)


@given(OUTSIDE)
def test_addresses_of_the_internet_are_public(address):
    assert http.is_public(address)
    assert [http.is_public(each) for each in wrapped(address)] == [True] * 3


@given(INSIDE, OUTSIDE, st.randoms())
def test_one_address_inside_among_others_refuses_the_host(inside, outside, random):
    found = [str(inside), str(outside)]
    random.shuffle(found)
    with pytest.raises(Refused, match="not public"):
        Guard(resolve=lambda *_: found).addresses("mixed.example", 443)


def test_nothing_is_sent_to_the_loopback_unless_it_is_allowed(web):
    with pytest.raises(Refused, match="not public"):
        http.send("POST", web.url, guard=Guard())
    assert web.received == []
    assert http.send("POST", web.url, guard=Guard(allowed=LOOPBACK)).status == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:{port}/",
        "http://127.1:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::1]:{port}/",
        "http://0.0.0.0:{port}/",
    ],
)
def test_other_ways_to_write_the_loopback_are_refused(web, url):
    with pytest.raises((Refused, Unreachable)):
        http.send("GET", url.format(port=web.url.rpartition(":")[2]), guard=Guard())
    assert web.received == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://a.example/", "//a.example", "", "http://u:p@a.example"]
)
def test_other_schemes_and_passwords_are_refused(url):
    with pytest.raises(Refused, match="begins with"):
        http.send("GET", url, guard=Guard())


def test_name_that_changes_its_mind_is_asked_once_and_gains_nothing(web):
    """Rebinding: the first answer is harmless and checked, every later one leads inside."""
    answers = [["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]]
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    port = web.url.rpartition(":")[2]
    with pytest.raises(Unreachable) as raised:  # that address of the internet is not there on this machine
        http.send(
            "GET", f"http://rebind.example:{port}/", guard=Guard(resolve=resolve), limits=Limits(seconds=0.3)
        )
    assert not raised.value.may_have_arrived
    assert (asked, web.received) == (["rebind.example"], [])


def test_connection_goes_to_the_checked_address_with_the_host_that_was_named(web):
    port = web.url.rpartition(":")[2]
    guard = Guard(resolve=lambda *_: ["127.0.0.1"], allowed=LOOPBACK)
    http.send("POST", f"http://hooks.example:{port}/a?b=c", content=b"hello", guard=guard)
    (request,) = web.received
    assert (request.path, request.headers["host"], request.body) == (
        "/a?b=c",
        f"hooks.example:{port}",
        b"hello",
    )


def test_allowed_host_may_stand_inside_and_no_other(web):
    port = web.url.rpartition(":")[2]
    guard = Guard(resolve=lambda *_: ["127.0.0.1"], allowed=Allowed.parse(" Push.Internal, 10.0.0.0/8"))
    assert http.send("GET", f"http://push.internal:{port}/", guard=guard).status == 200
    with pytest.raises(Refused):
        http.send("GET", f"http://other.internal:{port}/", guard=guard)


def test_redirect_is_an_answer_like_another(web):
    web.answers, web.headers = [(302, b"")], {"Location": "http://169.254.169.254/latest/meta-data/"}
    reply = http.send("GET", web.url, guard=Guard(allowed=LOOPBACK))
    assert (reply.status, reply.is_success, len(web.received)) == (302, False, 1)


def test_proxies_of_the_environment_are_not_used(web, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert http.send("GET", web.url, guard=Guard(allowed=LOOPBACK)).status == 200


def test_answer_larger_than_the_limit_is_not_read(web):
    web.answers = [(200, b"x" * 5000), (200, b"x" * 4096)]
    guard, limits = Guard(allowed=LOOPBACK), Limits(max_bytes=4096)
    with pytest.raises(TooMuch):
        http.send("GET", web.url, guard=guard, limits=limits)
    assert len(http.send("GET", web.url, guard=guard, limits=limits).body) == 4096


def test_answer_that_drips_ends_with_the_time_for_the_whole_request():
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection, listener:
            connection.recv(1000)
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 100:
                try:
                    connection.sendall(bytes([letter]))
                except OSError:
                    return
                time.sleep(0.05)

    thread = threading.Thread(target=drip)
    thread.start()
    began = time.monotonic()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with pytest.raises(Unreachable) as raised:
        http.send("POST", url, guard=Guard(allowed=LOOPBACK), limits=Limits(seconds=0.4))
    assert raised.value.may_have_arrived
    assert time.monotonic() - began < 1
    thread.join()


def test_refused_connection_cannot_have_arrived():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable) as raised:
        http.send("GET", f"http://127.0.0.1:{port}/", guard=Guard(allowed=LOOPBACK))
    assert not raised.value.may_have_arrived
