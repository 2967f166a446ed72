"""Fixtures of the browser tests.

    server        the program with the demo project, one for the whole run; treat its demo data as read-only
    page          a fresh browser context of an administrator who is signed in, at no address yet
    visitor       the same, signed in as nobody
    open_page     a function for more pages: open_page(signed_in=True, width=1280, height=800, color_scheme=None)
    axe           axe(page) asserts that axe-core finds nothing, in both themes
    watch         the checks that end every test; watch.allow(pattern) excuses a problem that is provoked on purpose
    new_server    a function that starts a further server with options of its own

Addresses may be relative: page.goto("/signin"). Use locators and expect(): the content security policy refuses
wait_for_function("…") with a string.
"""

import os
import pathlib
import re

import pytest
from playwright.sync_api import sync_playwright

import accessibility
from assay_server import ADMIN_EMAIL, ADMIN_PASSWORD, AssayServer
from watch import Watch

SCREENS = pathlib.Path(__file__).resolve().parents[2] / ".build-tools" / "screens"
TIMEOUT = 15_000  # milliseconds, for one action on a busy machine


@pytest.fixture(scope="session")
def browser():
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses its sandbox to root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["ASSAY_CHROMIUM"], args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server():
    server = AssayServer("--rate-limit", "off")
    try:
        server.start()
        server.create_administrator()
        yield server
    finally:
        server.remove()


@pytest.fixture
def new_server():
    """`new_server("--no-demo")` starts one that goes away with the test."""
    started = []

    def start(*options):
        server = AssayServer(*options)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.remove()


def sign_in(context, address, email=ADMIN_EMAIL, password=ADMIN_PASSWORD):
    """Signs a browser context in through the API; its pages share the cookies."""
    token = context.request.get(f"{address}/api/auth/csrf").json()["csrfToken"]
    answer = context.request.post(
        f"{address}/api/auth/callback/credentials", headers={"Origin": address},
        form={"csrfToken": token, "email": email, "password": password, "callbackUrl": "/", "json": "true"})
    assert answer.ok, f"signing in as {email}: {answer.status} {answer.text()}"
    user = context.request.get(f"{address}/api/auth/session").json().get("user", {})
    assert user.get("email") == email, f"no session after signing in as {email}"


@pytest.fixture(scope="session")
def signed_in_state(browser, server):
    """The cookies of one sign-in, shared by all tests: a sign-in costs a third of a second of hashing."""
    context = browser.new_context()
    sign_in(context, server.address)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def watch(server):
    return Watch(server.address)


@pytest.fixture
def open_page(request, browser, server, signed_in_state, watch):
    contexts = []

    def open_page(signed_in=True, width=1280, height=800, color_scheme=None):
        assert server.is_running, f"the server has died:\n{server.tail()}"
        context = browser.new_context(
            base_url=server.address, viewport={"width": width, "height": height}, color_scheme=color_scheme,
            storage_state=signed_in_state if signed_in else None)
        context.set_default_timeout(TIMEOUT)
        context.on("page", watch.attach)
        contexts.append(context)
        return context.new_page()

    yield open_page
    failed = getattr(request.node, "call_report", None)
    if failed is not None and failed.failed:
        _keep_screens(request.node.name, contexts)
    for context in contexts:
        context.close()


def _keep_screens(name, contexts):
    SCREENS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", name)
    for number, page in enumerate((page for context in contexts for page in context.pages), 1):
        path = SCREENS / f"{name}-{number}.png"
        try:
            page.screenshot(path=path, full_page=True)
            print(f"screen: .build-tools/screens/{path.name} of {page.url}")
        except Exception as problem:  # a page that is gone must not hide why the test failed
            print(f"no screen of {page.url}: {problem}")


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def visitor(open_page):
    return open_page(signed_in=False)


@pytest.fixture
def axe():
    return accessibility.check


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """A test that has done its own part also fails on what `watch` has seen, and when the server has died."""
    result = yield
    if "watch" in item.funcargs:
        item.funcargs["watch"].check()
    if "server" in item.funcargs:
        server = item.funcargs["server"]
        assert server.is_running, f"the server has died:\n{server.tail()}"
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.call_report = report
    return report
