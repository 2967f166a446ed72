"""Every screen: no page error, accessible, and nothing sticks out, from 320 px to a wide screen, in both themes."""

import pytest
from playwright.sync_api import expect

DEMO = "/p/SHOP"


def addresses(page):
    runs = page.request.get("/app/api/projects/SHOP/runs").json()["runs"]
    cases = page.request.get("/app/api/projects/SHOP/cases").json()["rows"]
    manual = next(run["id"] for run in runs if not run["isAutomated"] and not run["isCompleted"])
    automated = next(run["id"] for run in runs if run["isAutomated"])
    session = page.request.get("/app/api/projects/SHOP/sessions").json()["sessions"][0]["id"]
    milestone = page.request.get("/app/api/projects/SHOP/milestones").json()["milestones"][0]["id"]
    issue = page.request.get("/app/api/projects/SHOP/issues").json()["issues"][0]["id"]
    return {
        "projects": "/", "overview": DEMO, "cases": f"{DEMO}/cases", "case": f"{DEMO}/cases?case={cases[0][0]}", "runs": f"{DEMO}/runs",
        "run": f"{DEMO}/runs/{manual}", "report": f"{DEMO}/runs/{manual}/report", "automated": f"{DEMO}/runs/{automated}",
        "automated report": f"{DEMO}/runs/{automated}/report", "sessions": f"{DEMO}/sessions", "session": f"{DEMO}/sessions/{session}",
        "milestones": f"{DEMO}/milestones", "milestone": f"{DEMO}/milestones/{milestone}", "issues": f"{DEMO}/issues", "issue": f"{DEMO}/issues?issue={issue}",
        "requirements": f"{DEMO}/requirements", "settings": f"{DEMO}/settings", "administration": "/admin", "roles": "/admin?tab=roles", "audit log": "/admin?tab=audit", "profile": "/profile", "style guide": "/styleguide",
    }


SCREENS = ["projects", "overview", "cases", "case", "runs", "run", "report", "automated", "automated report", "profile", "style guide", "sessions", "session",
           "milestones", "milestone", "issues", "issue", "requirements", "settings"]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_screen_is_accessible_in_both_themes(page, axe, screen):
    page.goto(addresses(page)[screen])
    expect(page.locator("h1")).to_be_visible()
    page.wait_for_load_state("networkidle")
    axe(page)


@pytest.mark.parametrize("width", [320, 390, 768, 1920])
def test_nothing_sticks_out(open_page, width):
    page = open_page(width=width, height=700)
    for name, address in addresses(page).items():
        page.goto(address)
        expect(page.locator("h1")).to_be_visible()
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("""() => [document.documentElement, ...document.querySelectorAll('main')]
            .filter((element) => element.scrollWidth > element.clientWidth + 1).map((element) => element.localName)""")
        assert not wide, f"{name} at {width} px"


def test_a_phone_shows_one_pane_at_a_time(open_page):
    page = open_page(width=390, height=844)
    page.goto(addresses(page)["run"])
    tests = page.get_by_role("listbox", name="Tests")
    expect(tests).to_be_visible()
    expect(page.get_by_role("tree")).to_have_count(0)
    tests.get_by_role("option").first.click()
    expect(page.get_by_role("article")).to_be_visible()
    expect(tests).to_have_count(0)
    page.get_by_role("button", name="Back to the list").click()
    expect(tests).to_be_visible()


def test_panes_are_sized_by_key_and_remembered(page):
    page.goto(f"{DEMO}/cases")
    border = page.get_by_role("separator", name="Border between Folders and Cases")
    border.focus()
    before = int(border.get_attribute("aria-valuenow"))
    page.keyboard.press("ArrowRight")
    expect(border).to_have_attribute("aria-valuenow", str(before + 16))
    page.reload()
    expect(border).to_have_attribute("aria-valuenow", str(before + 16))


def test_the_report_prints_without_the_frame(page):
    page.goto(addresses(page)["report"])
    expect(page.get_by_role("heading", name="Failures")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("heading", name="Failures")).to_be_visible()
    page.emulate_media(media="null")
