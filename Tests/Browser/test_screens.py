"""The newcomer's way through the screens: the demo project, a case with steps, a run with it, and its report."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from assay_server import ADMIN_EMAIL, ADMIN_PASSWORD

DEMO = "/p/SHOP"


def boot(page):
    """What the server has put into the page."""
    return json.loads(page.locator("script#boot").text_content())


def change(page, method, path, body=None, **headers):
    """A request as the page's own scripts send it."""
    headers = {"X-CSRF-Token": boot(page)["csrf"], "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", **headers}
    return page.request.fetch(path, method=method, data=json.dumps(body or {}), headers=headers)


@pytest.fixture
def project(page):
    """A project of the test's own; the page stands on its overview."""
    page.goto("/")
    name = f"Screens {time.time_ns()}"
    made = change(page, "POST", "/app/api/projects", {"name": name})
    assert made.status == 201, made.text()
    page.goto(f"/p/{made.json()['key']}")
    return made.json()


def add_case(page, project, title="Pay by card"):
    tree = page.request.get(f"/app/api/projects/{project['key']}/tree").json()
    steps = [{"action": "Open the cart", "expected": "It lists two items"}, {"action": "Pay", "expected": "A receipt"}]
    made = change(page, "POST", f"/app/api/projects/{project['key']}/cases", {
        "folderId": tree["folders"][0][0], "title": title, "steps": steps, "priority": "HIGH", "tags": ["payment"]})
    assert made.status == 201, made.text()
    return made.json()


def add_run(page, project, name="First run"):
    made = change(page, "POST", f"/app/api/projects/{project['key']}/runs", {"name": name, "cases": {"all": True}})
    assert made.status == 201, made.text()
    return made.json()


def test_signing_in_leads_to_where_the_visitor_wanted_to_go(visitor):
    visitor.goto("/profile")
    expect(visitor).to_have_url(re.compile(r"/signin\?next=%2Fprofile$"))
    visitor.get_by_label("E-mail").fill(ADMIN_EMAIL)
    visitor.get_by_label("Password").fill("wrong")
    visitor.get_by_role("button", name="Sign in").click()
    expect(visitor.get_by_role("alert")).to_contain_text("Wrong")
    visitor.get_by_label("Password").fill(ADMIN_PASSWORD)
    visitor.get_by_role("button", name="Sign in").click()
    expect(visitor).to_have_url(re.compile(r"/profile$"))


@pytest.mark.parametrize("path", [
    "/", DEMO, f"{DEMO}/cases", f"{DEMO}/runs", "/profile",
])
def test_a_screen_shows_a_heading_and_is_accessible(page, axe, path):
    answer = page.goto(path)
    assert answer.status == 200
    expect(page.locator("h1").first).to_be_visible()
    axe(page)


def test_an_unknown_page_says_so(page):
    answer = page.goto("/p/NO-SUCH-PROJECT/cases")
    assert answer.status == 404
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()


def test_no_foreign_address_is_taken_as_the_next_page(visitor):
    visitor.goto("/signin?next=//example.com/")
    assert visitor.locator("input[name=next]").input_value() == "/"


def test_a_change_without_the_token_is_refused(page, project):
    answer = page.request.fetch(
        f"/app/api/projects/{project['key']}/folders", method="POST", data=json.dumps({"name": "x"}),
        headers={"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"})
    assert answer.status == 403
    assert answer.json()["error"]["code"] == "forbidden"


def test_a_case_keeps_its_steps_and_refuses_an_older_version(page, project):
    made = add_case(page, project)
    path = f"/app/api/cases/{made['id']}"
    tag = page.request.get(path).headers["etag"]
    first = change(page, "PUT", path, {"title": "Pay by invoice"}, **{"If-Match": tag})
    assert first.status == 200 and [step["action"] for step in first.json()["steps"]] == ["Open the cart", "Pay"]
    second = change(page, "PUT", path, {"title": "Pay by cheque"}, **{"If-Match": tag})
    assert second.status == 412
    assert second.json()["current"]["title"] == "Pay by invoice"


def test_keys_record_results_and_the_report_counts_them(page, project):
    add_case(page, project, "Pay by card")
    add_case(page, project, "Pay by invoice")
    run = add_run(page, project)
    page.goto(f"/p/{project['key']}/runs/{run['id']}")
    expect(page.get_by_text("Pay by card").first).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_text("Open the cart").first).to_be_visible()
    page.keyboard.press("p")
    counts = {status["id"]: status["key"] for status in boot(page)["statuses"]}

    def recorded():
        body = page.request.get(f"/app/api/runs/{run['id']}").json()
        return {counts[status]: count for status, count in body["counts"]}

    for _ in range(50):
        if recorded().get("passed") == 1:
            break
        page.wait_for_timeout(100)
    assert recorded() == {"untested": 1, "passed": 1}
    page.goto(f"/p/{project['key']}/runs/{run['id']}/report")
    expect(page.locator("h1").first).to_be_visible()
    report = page.request.get(f"/app/api/runs/{run['id']}/report").json()
    assert report["run"]["total"] == 2 and report["people"][0]["results"] == 1
