"""Sessions, milestones and saved views, mostly by keyboard."""

import re
import time

import pytest
from playwright.sync_api import expect

from test_web_files import hand_over
from test_web_flows import change, heading, open_case, project, row  # noqa: F401

DEMO = "/p/SHOP"


def test_a_session_is_explored_by_keyboard(page, project, axe):
    page.goto(f"/p/{project['key']}/sessions")
    expect(page.get_by_text("No session yet")).to_be_visible()
    axe(page)
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="New session")
    dialog.get_by_label("Name", exact=True).fill("Explore the vouchers")
    dialog.get_by_label("Charter").fill("Explore **vouchers** with odd amounts")
    dialog.get_by_label("Time box").fill("45m")
    axe(page)
    dialog.get_by_role("button", name="Start exploring").click()
    expect(heading(page, "Explore the vouchers", 1)).to_be_visible()
    expect(page.get_by_text("of 45 min")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("textbox", name="Text")).to_be_focused()
    page.keyboard.type("Paid 0.01 with a voucher")
    page.keyboard.press("Control+Enter")
    notes = page.get_by_role("list", name="Notes")
    expect(notes.get_by_text("Paid 0.01 with a voucher")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    page.keyboard.type("Negative amounts are accepted")
    page.get_by_role("textbox", name="Text").fill("Type -5 and pay")
    hand_over(page.get_by_role("textbox", name="Text"), "paste", "minus.png")
    page.keyboard.press("Control+Enter")
    expect(notes.get_by_text("Negative amounts are accepted")).to_be_visible()
    expect(notes.get_by_role("link", name="minus.png")).to_be_visible()
    expect(notes.get_by_text(re.compile(r"Issue \d+"))).to_be_visible()
    axe(page)
    notes.get_by_role("listitem").filter(has_text="Paid 0.01").get_by_role("button", name="Remove the note").click()
    expect(notes.get_by_text("Paid 0.01 with a voucher")).to_have_count(0)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("z")
    expect(notes.get_by_text("Paid 0.01 with a voucher")).to_be_visible()
    page.get_by_role("button", name="Finish session").click()
    expect(page.get_by_text("This session is finished.")).to_be_visible()
    expect(page.get_by_role("region", name="New note")).to_be_hidden()
    page.get_by_role("link", name="Sessions").first.click()
    expect(page.get_by_text("2 notes")).to_be_visible()
    expect(page.get_by_title("Bug")).to_be_visible()


def test_a_note_that_was_typed_survives_a_reload(page, project):
    made = change(page, "POST", f"/app/api/projects/{project['key']}/sessions", {"name": "Long one"})
    page.goto(f"/p/{project['key']}/sessions/{made['id']}")
    expect(heading(page, "Long one", 1)).to_be_visible()
    page.keyboard.press("q")
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    page.keyboard.type("Why is it slow?")
    page.reload()
    expect(page.get_by_role("textbox", name="Title")).to_have_value("Why is it slow?")


def test_a_milestone_with_its_burn_down(page, project, axe):
    page.goto(f"/p/{project['key']}/milestones")
    expect(page.get_by_text("No milestone yet")).to_be_visible()
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="New milestone")
    dialog.get_by_label("Name", exact=True).fill("Version 3")
    dialog.get_by_label("Due").fill("2031-05-01")
    axe(page)
    page.keyboard.press("Enter")
    expect(heading(page, "Version 3", 1)).to_be_visible()
    expect(page.get_by_text("May 1, 2031").first).to_be_visible()
    milestone = int(page.url.rsplit("/", 1)[1])
    run = change(page, "POST", f"/app/api/projects/{project['key']}/runs", {"name": "Towards 3", "cases": {"all": True}, "milestoneId": milestone})
    status = next(s["id"] for s in page.evaluate("JSON.parse(document.getElementById('boot').textContent).statuses") if s["key"] == "passed")
    tests = page.request.get(f"/app/api/runs/{run['id']}/tests").json()["rows"]
    change(page, "POST", f"/app/api/runs/{run['id']}/results", {"testId": tests[0][0], "statusId": status})
    page.reload()
    expect(page.get_by_role("group", name="Tests left by day").locator("svg path.line").last).to_be_visible()
    expect(page.get_by_text("1 of 3 tests")).to_be_visible()
    answer = page.request.get(f"/app/api/milestones/{milestone}").json()
    assert answer["days"][-1][1:] == [3, 1]
    axe(page)
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("This milestone is finished.")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_text("This milestone is finished.")).to_have_count(0)


@pytest.mark.parametrize("path", ["sessions", "milestones"])
def test_the_demo_shows_it_in_both_themes(page, axe, path):
    page.goto(f"{DEMO}/{path}")
    expect(page.locator("h1")).to_be_visible()
    page.locator(".cover").first.wait_for()
    axe(page)
    page.locator(".cover").first.click()
    expect(page).to_have_url(re.compile(rf"{path}/\d+$"))
    page.wait_for_load_state("networkidle")
    axe(page)


def test_a_view_is_kept_shared_and_removed(page, project, axe):
    open_case(page, project)
    page.keyboard.press("/")
    page.keyboard.type("priority:high ")
    expect(row(page, "Pay by invoice")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keep this view").click()
    dialog = page.get_by_role("dialog", name="Keep this view")
    dialog.get_by_label("Name").fill("Urgent")
    page.keyboard.press("Enter")
    views = page.get_by_role("region", name="Views")
    expect(views.get_by_role("button", name=re.compile("Urgent.*1"))).to_be_visible()
    page.get_by_role("button", name="Clear the filter").click()
    expect(row(page, "Pay by invoice")).to_be_visible()
    axe(page)
    page.reload()
    views.get_by_role("button", name=re.compile("^Urgent")).click()
    expect(row(page, "Pay by invoice")).to_have_count(0)
    expect(row(page, "Pay by card")).to_be_visible()
    views.get_by_role("button", name="More for the view Urgent").click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(views.get_by_role("button", name=re.compile("^Urgent"))).to_have_count(0)


def test_the_search_finds_words_inside_of_texts(page, project):
    open_case(page, project)
    word = f"zebra{time.time_ns()}"
    change(page, "POST", f"/app/api/projects/{project['key']}/cases", {"folderId": project["folder"], "title": "Hidden word", "description": f"It says {word} somewhere"})
    page.keyboard.press("Control+k")
    page.keyboard.type(word[:12])
    expect(row(page, "Hidden word").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(heading(page, "Hidden word")).to_be_visible()


def test_the_filter_completes_terms_and_values(page, project, axe):
    open_case(page, project)
    page.keyboard.press("/")
    page.keyboard.type("prio")
    expect(page.get_by_role("listbox", name="Suggestions").get_by_role("option")).to_have_count(1)
    axe(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox", name="Suggestions").get_by_role("option", name=re.compile("Low"))).to_be_visible()
    page.keyboard.type("lo")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Priority: Low")).to_be_visible()
    expect(row(page, "Pay by invoice")).to_be_visible()
    expect(row(page, "Pay by card")).to_have_count(0)


def test_a_defect_is_filed_from_a_failure_linked_and_closed(page, project, axe):
    run = change(page, "POST", f"/app/api/projects/{project['key']}/runs", {"name": "Buggy", "cases": {"ids": project["cases"]}})
    page.goto(f"/p/{project['key']}/runs/{run['id']}")
    expect(heading(page, "Pay by card")).to_be_visible()
    page.keyboard.press("f")
    page.keyboard.type("The button is dead")
    page.get_by_role("region", name="Describe the failure").get_by_role("button", name="Defect").click()
    dialog = page.get_by_role("dialog", name="Defect")
    expect(dialog.get_by_label("Title")).to_have_value("Pay by card fails")
    axe(page)
    dialog.get_by_label("Title").fill("Dead button")
    dialog.get_by_role("button", name="Link the defect").click()
    expect(page.get_by_role("article").get_by_role("link", name="Dead button")).to_be_visible()
    page.keyboard.press("Escape")
    row(page, "Pay by invoice").click()
    expect(heading(page, "Pay by invoice")).to_be_visible()
    page.keyboard.press("b")
    row(page, "Pay by invoice").click()
    expect(page.get_by_role("article").get_by_text("Blocked").first).to_be_visible()
    page.keyboard.press("d")
    dialog.get_by_role("radio", name="Known").check(force=True)
    dialog.get_by_role("combobox", name="Open defects").click()
    page.keyboard.type("dead")
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Link the defect").click()
    page.get_by_role("article").get_by_role("link", name="Dead button").click()
    expect(heading(page, "Issues", 1)).to_be_visible()
    card = page.get_by_role("article", name="Dead button")
    expect(card.get_by_role("link", name="Pay by invoice")).to_be_visible()
    expect(card.get_by_role("link", name="Buggy")).to_be_visible()
    axe(page)
    card.get_by_role("button", name="Close the issue").click()
    expect(card.get_by_role("button", name="Open again")).to_be_visible()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("z")
    expect(card.get_by_role("button", name="Close the issue")).to_be_visible()


def test_the_numbers_of_a_chart_are_downloaded(page):
    page.goto(DEMO)
    page.get_by_text("Show data").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").first.click()
    lines = open(download.value.path(), encoding="utf-8-sig").read().splitlines()
    assert lines[0].startswith("Day,") and len(lines) == 31


def test_a_case_is_dragged_onto_a_folder_and_comes_back(page, project):
    change(page, "POST", f"/app/api/projects/{project['key']}/folders", {"name": "Archive", "parentId": None})
    page.goto(f"/p/{project['key']}/cases?folder={project['folder']}")
    source = row(page, "Pay by invoice")
    target = page.get_by_role("treeitem", name=re.compile("Archive"))
    expect(source).to_be_visible()
    expect(target).to_be_visible()
    source.hover()
    page.mouse.down()
    box = target.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 8, steps=5)
    expect(page.locator(".drag-ghost")).to_have_text("1 case")
    page.mouse.up()
    expect(source).to_have_count(0)
    expect(target).to_contain_text("1")
    page.keyboard.press("z")
    expect(source).to_be_visible()


def test_requirements_show_whether_they_hold(page, project, axe):
    page.goto(f"/p/{project['key']}/requirements")
    expect(page.get_by_text("No requirement yet")).to_be_visible()
    axe(page)
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="New requirement")
    dialog.get_by_label("Name", exact=True).fill("Everybody can pay")
    dialog.get_by_role("combobox", name="Covered by").click()
    page.keyboard.type("by card")
    page.keyboard.press("Enter")
    axe(page)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("not shown yet")).to_be_visible()
    run = change(page, "POST", f"/app/api/projects/{project['key']}/runs", {"name": "Proof", "cases": {"ids": project["cases"][:1]}})
    tests = page.request.get(f"/app/api/runs/{run['id']}/tests").json()["rows"]
    statuses = page.evaluate("JSON.parse(document.getElementById('boot').textContent).statuses")
    passed = next(status["id"] for status in statuses if status["key"] == "passed")
    change(page, "POST", f"/app/api/runs/{run['id']}/results", {"testId": tests[0][0], "statusId": passed})
    page.reload()
    expect(page.get_by_text("holds", exact=True)).to_be_visible()
    page.get_by_text("1 case", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("Pay by card"))).to_be_visible()
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert "Everybody can pay,holds" in open(download.value.path(), encoding="utf-8-sig").read()
    page.get_by_role("button", name="More for Everybody can pay").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("listitem").filter(has_text="Everybody can pay")).to_have_count(0)
    page.keyboard.press("z")
    expect(page.get_by_role("listitem").filter(has_text="Everybody can pay").first).to_be_visible()
