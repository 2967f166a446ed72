"""Two people in one run, and a server that goes away in the middle of it."""

import re

from playwright.sync_api import expect

from test_web_flows import change, heading, project, row, start_run  # noqa: F401


def statuses(page, run):
    names = {1: ""}
    names = {status["id"]: status["key"] for status in page.evaluate("JSON.parse(document.getElementById('boot').textContent).statuses")}
    return {test[2]: names[test[3]] for test in page.request.get(f"/app/api/runs/{run['id']}/tests").json()["rows"]}


def test_results_of_others_flow_in_and_everybody_sees_who_is_there(page, open_page, server, project, axe):
    run = start_run(page, project)
    server.create_user("bo.live@assay.test", "a second tester for the run 7", "Bo Lindqvist", "--admin")
    bo = open_page(signed_in=False)
    bo.goto(f"/p/{project['key']}/runs/{run['id']}")
    bo.get_by_label("E-mail").fill("bo.live@assay.test")
    bo.get_by_label("Password").fill("a second tester for the run 7")
    bo.get_by_role("button", name="Sign in").click()
    expect(heading(bo, "Pay by card")).to_be_visible()
    expect(page.get_by_role("status", name="Here now: Bo Lindqvist")).to_be_visible()
    expect(page.get_by_role("article").get_by_text("Bo is viewing")).to_be_visible()
    axe(page)
    bo.keyboard.press("p")
    expect(heading(bo, "Pay by invoice")).to_be_visible()
    expect(page.get_by_role("listbox", name="Tests").get_by_role("option", name=re.compile("^Passed.*Pay by card"))).to_be_visible()
    expect(page.get_by_role("article").get_by_text("Passed").first).to_be_visible()
    expect(page.get_by_role("button", name="1 passed")).to_be_visible()
    expect(heading(page, "Pay by card")).to_be_visible()
    bo.close()
    expect(page.get_by_role("status", name="Here now: Bo Lindqvist")).to_have_count(0, timeout=20_000)


def test_verdicts_wait_for_a_lost_server_over_a_reload(page, project):
    run = start_run(page, project)
    page.route("**/results", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.keyboard.press("p")
    expect(page.get_by_text("1 verdict waits for the server.")).to_be_visible()
    page.keyboard.press("b")
    expect(page.get_by_text("2 verdicts wait for the server.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 verdicts wait for the server.")).to_be_visible()
    expect(row(page, "^Passed")).to_have_count(1)
    expect(row(page, "^Blocked")).to_have_count(1)
    assert set(statuses(page, run).values()) == {"untested"}
    page.unroute("**/results")
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("for the server.")).to_have_count(0)
    assert statuses(page, run) == {"Pay by card": "passed", "Pay by invoice": "blocked", "Pay by voucher": "untested"}
    expect(page.get_by_role("button", name="1 passed")).to_be_visible()


def test_a_waiting_verdict_is_taken_back(page, project):
    run = start_run(page, project)
    page.route("**/results", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.keyboard.press("s")
    expect(page.get_by_text("1 verdict waits for the server.")).to_be_visible()
    page.get_by_role("button", name="Throw away").click()
    expect(page.get_by_text("for the server.")).to_have_count(0)
    expect(row(page, "^Untested")).to_have_count(3)
    page.unroute("**/results")
    assert set(statuses(page, run).values()) == {"untested"}


def test_verdicts_survive_a_restart_of_the_server(browser, new_server):
    from conftest import sign_in
    server = new_server("--rate-limit", "off")
    server.create_administrator()
    context = browser.new_context(base_url=server.address)
    context.set_default_timeout(20_000)
    sign_in(context, server.address)
    page = context.new_page()
    page.goto("/")
    made = change(page, "POST", "/app/api/projects", {"name": "Restart"})
    base = f"/app/api/projects/{made['key']}"
    folder = change(page, "POST", f"{base}/folders", {"name": "All", "parentId": None})["id"]
    for title in ["One", "Two"]:
        change(page, "POST", f"{base}/cases", {"folderId": folder, "title": title})
    run = change(page, "POST", f"{base}/runs", {"name": "Long night", "cases": {"all": True}})
    page.goto(f"/p/{made['key']}/runs/{run['id']}")
    expect(heading(page, "One")).to_be_visible()
    assert server.stop() == 0
    page.keyboard.press("f")
    expect(page.get_by_text("1 verdict waits for the server.")).to_be_visible()
    server.start()
    expect(page.get_by_text("for the server.")).to_have_count(0)
    assert sorted(statuses(page, run).values()) == ["failed", "untested"]
    context.close()
