"""Whole ways through the web application as people go them: mostly by keyboard, with what happens when two people meet."""

import json
import re
import time

import pytest
from playwright.sync_api import expect


def boot(page):
    return json.loads(page.locator("script#boot").text_content())


def change(page, method, path, body=None, **headers):
    headers = {"X-CSRF-Token": boot(page)["csrf"], "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", **headers}
    answer = page.request.fetch(path, method=method, data=json.dumps(body or {}), headers=headers)
    assert answer.ok, f"{method} {path}: {answer.status} {answer.text()}"
    return answer.json()


def heading(page, name, level=2):
    return page.get_by_role("heading", level=level, name=name)


def row(page, name):
    return page.get_by_role("option", name=re.compile(name))


@pytest.fixture
def project(page):
    """A project with one folder and three cases; the page stands on its overview."""
    page.goto("/")
    made = change(page, "POST", "/app/api/projects", {"name": f"Flows {time.time_ns()}"})
    base = f"/app/api/projects/{made['key']}"
    folder = change(page, "POST", f"{base}/folders", {"name": "Checkout", "parentId": None})
    steps = [{"action": "Open the basket", "expected": "It lists two items"}, {"action": "Pay", "expected": "A receipt"}]
    made["folder"] = folder["id"]
    made["cases"] = [
        change(page, "POST", f"{base}/cases", {"folderId": folder["id"], "title": title, "steps": steps, "priority": priority})["id"]
        for title, priority in [("Pay by card", "HIGH"), ("Pay by invoice", "LOW"), ("Pay by voucher", "CRITICAL")]]
    return made


def open_case(page, project, index=0):
    page.goto(f"/p/{project['key']}/cases?folder={project['folder']}&case={project['cases'][index]}")
    expect(heading(page, ["Pay by card", "Pay by invoice", "Pay by voucher"][index])).to_be_visible()


def start_run(page, project):
    run = change(page, "POST", f"/app/api/projects/{project['key']}/runs", {"name": "Round one", "cases": {"ids": project["cases"]}})
    page.goto(f"/p/{project['key']}/runs/{run['id']}")
    expect(heading(page, "Pay by card")).to_be_visible()
    return run


def test_the_first_screen_costs_at_most_six_requests_and_shifts_nothing(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("""
        window.shift = 0;
        new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })
          .observe({ type: 'layout-shift', buffered: true });""")
    page.goto("/")
    expect(heading(page, "Projects", 1)).to_be_visible()
    assert len(asked) <= 6, asked
    assert page.evaluate("window.shift") <= 0.02


def test_links_move_without_loading_and_the_heading_gets_the_focus(page):
    page.goto("/")
    expect(heading(page, "Projects", 1)).to_be_visible()
    page.evaluate("window.stayed = true")
    page.locator(".project a").first.click()
    expect(page).to_have_url(re.compile(r"/p/"))
    expect(page.locator("h1")).to_be_focused()
    page.go_back()
    expect(heading(page, "Projects", 1)).to_be_visible()
    assert page.evaluate("window.stayed")


def test_the_palette_finds_a_case_and_goes_there(page, project, axe):
    page.goto(f"/p/{project['key']}")
    expect(page.locator("h1")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("by voucher")
    expect(row(page, "Pay by voucher").first).to_be_visible()
    axe(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"case={project['cases'][2]}$"))
    expect(heading(page, "Pay by voucher")).to_be_visible()


def test_the_question_mark_shows_the_keys(page, project, axe):
    open_case(page, project)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_text("Write a case")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_case_is_written_with_steps_by_keyboard(page, project):
    open_case(page, project)
    page.keyboard.press("n")
    title = page.get_by_role("textbox", name="Title", exact=True)
    expect(title).to_be_focused()
    title.fill("Pay in cash")
    page.get_by_label("Step 1: action").click()
    page.keyboard.type("Choose cash")
    page.keyboard.press("Tab")
    page.keyboard.type("The fee is shown")
    page.keyboard.press("Enter")
    page.keyboard.type("Confirm")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_label("Step 1: action")).to_have_value("Confirm")
    expect(page.get_by_label("Step 1: action")).to_be_focused()
    tags = page.get_by_role("combobox", name="Tags")
    tags.click()
    page.keyboard.type("fresh")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    expect(heading(page, "Pay in cash")).to_be_visible()
    expect(row(page, "Pay in cash")).to_be_visible()
    expect(page.get_by_role("article").get_by_text("The fee is shown")).to_be_visible()
    expect(page.get_by_role("article").get_by_text("fresh")).to_be_visible()


def test_what_was_typed_survives_a_reload(page, project):
    open_case(page, project)
    page.keyboard.press("e")
    page.get_by_label("Step 2: expected result").fill("A receipt by mail")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(heading(page, "Pay by card")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_text("What you had typed before is here again.")).to_be_visible()
    expect(page.get_by_label("Step 2: expected result")).to_have_value("A receipt by mail")


def test_two_people_edit_one_case_and_nothing_is_lost(page, project, watch):
    open_case(page, project)
    page.keyboard.press("e")
    page.get_by_role("textbox", name="Title", exact=True).fill("Pay by debit card")
    path = f"/app/api/cases/{project['cases'][0]}"
    tag = page.request.get(path).headers["etag"]
    change(page, "PUT", path, {"title": "Pay by credit card", "estimate": 300}, **{"If-Match": tag})
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog", name="Somebody else changed this case too")
    expect(dialog.get_by_text("Pay by credit card")).to_be_visible()
    dialog.get_by_role("button", name="Save the merged case").click()
    expect(heading(page, "Pay by debit card")).to_be_visible()
    now = page.request.get(path).json()
    assert (now["title"], now["estimate"]) == ("Pay by debit card", 300)


def test_a_title_is_edited_in_place_and_history_shows_the_words(page, project):
    open_case(page, project)
    page.get_by_role("button", name="Pay by card").click()
    page.keyboard.type("Pay by smart card")
    page.keyboard.press("Enter")
    expect(row(page, "Pay by smart card")).to_be_visible()
    page.get_by_role("tab", name="History").click()
    page.get_by_role("button", name="Compare version 2").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("ins").first).to_contain_text("smart")
    page.keyboard.press("Escape")


def test_cases_are_filtered_by_words_and_terms_and_the_address_keeps_it(page, project):
    open_case(page, project)
    page.keyboard.press("/")
    page.keyboard.type("pay priority:low ")
    expect(row(page, "Pay by invoice")).to_be_visible()
    expect(row(page, "Pay by card")).to_have_count(0)
    expect(page.get_by_role("button", name="Priority: Low")).to_be_visible()
    page.reload()
    expect(row(page, "Pay by invoice")).to_be_visible()
    expect(row(page, "Pay by card")).to_have_count(0)
    page.get_by_role("button", name="Clear the filter").click()
    expect(row(page, "Pay by card")).to_be_visible()


def test_a_quick_case_a_deleted_case_and_its_undo(page, project):
    open_case(page, project)
    quick = page.get_by_label("Title of a new case")
    quick.fill("Pay later")
    quick.press("Enter")
    expect(row(page, "Pay later")).to_be_visible()
    expect(quick).to_have_value("")
    row(page, "Pay by invoice").click()
    expect(heading(page, "Pay by invoice")).to_be_visible()
    page.keyboard.press("Delete")
    expect(row(page, "Pay by invoice")).to_have_count(0)
    page.keyboard.press("z")
    expect(row(page, "Pay by invoice")).to_be_visible()


def test_a_folder_is_made_and_renamed_in_the_tree(page, project):
    open_case(page, project)
    page.get_by_role("button", name="New folder").click()
    page.keyboard.type("Vouchers")
    page.keyboard.press("Enter")
    expect(page.get_by_role("treeitem", name=re.compile("Vouchers"))).to_be_visible()
    page.get_by_role("tree", name="Folders").focus()
    page.keyboard.press("F2")
    page.keyboard.type("Gift cards")
    page.keyboard.press("Enter")
    expect(page.get_by_role("treeitem", name=re.compile("Gift cards"))).to_be_visible()


def test_marked_cases_become_a_run_that_is_worked_off_by_keys(page, project):
    open_case(page, project)
    page.keyboard.press("x")
    page.keyboard.press("Shift+J")
    expect(page.get_by_text("2 marked")).to_be_visible()
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="New run")
    expect(dialog.get_by_text("The 2 cases you chose.")).to_be_visible()
    dialog.get_by_label("Name", exact=True).fill("Two of them")
    page.keyboard.press("Enter")
    expect(heading(page, "Two of them", 1)).to_be_visible()
    expect(heading(page, "Pay by card")).to_be_visible()
    page.keyboard.press("p")
    expect(heading(page, "Pay by invoice")).to_be_visible()
    page.keyboard.press("f")
    expect(page.get_by_role("textbox", name="What went wrong?")).to_be_focused()
    page.keyboard.type("No receipt")
    page.keyboard.press("Control+Enter")
    expect(row(page, "^Failed")).to_have_count(1)
    page.get_by_role("button", name="Finish run").click()
    expect(page).to_have_url(re.compile(r"/report$"))
    expect(page.get_by_text("No receipt")).to_be_visible()


def test_steps_are_marked_by_number_and_suggest_the_verdict(page, project):
    start_run(page, project)
    page.keyboard.press("1")
    page.keyboard.press("p")
    page.keyboard.press("f")
    expect(page.get_by_text("The steps suggest: Failed")).to_be_visible()
    page.keyboard.press("f")
    expect(page.get_by_label("Failed at")).to_have_value("1")
    page.keyboard.press("Escape")
    expect(row(page, "^Failed")).to_have_count(1)


def test_a_verdict_is_taken_back(page, project):
    run = start_run(page, project)
    page.keyboard.press("b")
    expect(row(page, "^Blocked")).to_have_count(1)
    expect(heading(page, "Pay by invoice")).to_be_visible()
    page.keyboard.press("z")
    expect(row(page, "^Blocked")).to_have_count(0)
    expect(heading(page, "Pay by card")).to_be_visible()
    counts = page.request.get(f"/app/api/runs/{run['id']}").json()["counts"]
    assert len(counts) == 1 and counts[0][1] == 3


def test_fast_keys_give_each_test_its_own_verdict(page, project):
    run = start_run(page, project)
    for key in "psb":
        page.keyboard.press(key)
    expect(page.get_by_text("Every test has a result")).to_be_visible()
    page.wait_for_load_state("networkidle")
    tests = page.request.get(f"/app/api/runs/{run['id']}/tests").json()["rows"]
    names = {status["id"]: status["key"] for status in boot(page)["statuses"]}
    assert {test[2]: names[test[3]] for test in tests} == {"Pay by card": "passed", "Pay by invoice": "skipped", "Pay by voucher": "blocked"}


def test_the_run_screen_is_accessible_while_a_failure_is_described(page, project, axe):
    start_run(page, project)
    page.keyboard.press("f")
    expect(page.get_by_role("textbox", name="What went wrong?")).to_be_focused()
    axe(page)


def test_keys_rest_while_typing_and_can_be_switched_off(page, project):
    run = start_run(page, project)
    page.keyboard.press("c")
    page.keyboard.type("pass or fail")
    expect(row(page, "^Untested")).to_have_count(3)
    page.goto("/profile")
    box = page.get_by_label("Keys without Ctrl or Alt")
    with page.expect_response(lambda response: response.request.method == "PUT"):
        box.uncheck()
    try:
        page.goto(f"/p/{project['key']}/runs/{run['id']}")
        expect(heading(page, "Pay by card")).to_be_visible()
        page.keyboard.press("p")
        page.keyboard.press("Control+k")
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(row(page, "^Passed")).to_have_count(0)
    finally:
        page.goto("/profile")
        with page.expect_response(lambda response: response.request.method == "PUT"):
            page.get_by_label("Keys without Ctrl or Alt").check()


def test_a_token_is_shown_once_works_and_is_revoked(page):
    page.goto("/profile")
    page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog", name="New token")
    name = f"Pipeline {time.time_ns()}"
    dialog.get_by_label("Name").fill(name)
    page.keyboard.press("Enter")
    token = page.get_by_label("The new token").input_value()
    answer = page.request.get("/api/auth/whoami", headers={"Authorization": f"Bearer {token}", "Cookie": ""})
    assert answer.ok
    page.reload()
    expect(page.get_by_text(name)).to_be_visible()
    expect(page.get_by_label("The new token")).to_have_count(0)
    page.get_by_role("button", name=f"Revoke {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text(name)).to_have_count(0)


def test_the_theme_is_kept(page):
    page.goto("/profile")
    with page.expect_response(lambda response: response.request.method == "PUT"):
        page.get_by_role("radio", name="Dark").check(force=True)
    try:
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    finally:
        with page.expect_response(lambda response: response.request.method == "PUT"):
            page.get_by_role("radio", name="As the system").check(force=True)


def test_the_server_goes_away_and_the_page_says_so(page, project):
    start_run(page, project)
    page.route("**/app/api/**", lambda route: route.abort())
    page.keyboard.press("p")
    expect(page.get_by_text("What you typed stays here.")).to_be_visible()
    expect(page.get_by_text("1 verdict waits for the server.")).to_be_visible()
    expect(row(page, "^Untested")).to_have_count(2)
    page.unroute("**/app/api/**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("article")).to_be_visible()
    expect(page.get_by_text("What you typed stays here.")).to_be_hidden()


def test_hostile_texts_stay_texts(page, project):
    text = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) {{7*7}} <script>alert(1)</script>"
    made = change(page, "POST", f"/app/api/projects/{project['key']}/cases", {
        "folderId": project["folder"], "title": text, "description": text, "steps": [{"action": text, "expected": text}], "tags": ["<b>tag</b>"]})
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    page.goto(f"/p/{project['key']}/cases?case={made['id']}")
    expect(heading(page, text)).to_be_visible()
    run = change(page, "POST", f"/app/api/projects/{project['key']}/runs", {"name": text, "cases": {"ids": [made["id"]]}})
    page.goto(f"/p/{project['key']}/runs/{run['id']}")
    expect(heading(page, text, 1)).to_be_visible()
    page.goto(f"/p/{project['key']}")
    expect(page.get_by_text(text).first).to_be_visible()
    assert page.locator("main a[href^='javascript']").count() == 0
