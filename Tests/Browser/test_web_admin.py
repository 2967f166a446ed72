"""Running the place: people, roles, tokens, the audit log, and who may do what in a project."""

import re
import time

import pytest
from playwright.sync_api import expect

from test_web_flows import change, project  # noqa: F401


@pytest.mark.parametrize("tab", ["users", "roles", "fields", "tokens", "audit"])
def test_a_part_of_the_administration_is_accessible(page, axe, tab):
    page.goto(f"/admin?tab={tab}")
    expect(page.get_by_role("tabpanel")).to_be_visible()
    page.wait_for_load_state("networkidle")
    axe(page)


def test_a_person_gets_an_account_and_chooses_a_password(page, open_page):
    name = f"Newbie {time.time_ns()}"
    email = f"n{time.time_ns()}@assay.test"
    page.goto("/admin")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="New person")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("E-mail").fill("not an address")
    dialog.get_by_role("button", name="Make the account").click()
    expect(dialog.locator(".problem")).to_be_visible()
    dialog.get_by_label("E-mail").fill(email)
    dialog.get_by_role("button", name="Make the account").click()
    password = page.get_by_label("One-time password").input_value()
    expect(page.get_by_role("row", name=re.compile(name))).to_contain_text("invited")

    other = open_page(signed_in=False)
    other.goto("/")
    other.get_by_label("E-mail").fill(email)
    other.get_by_label("Password").fill(password)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="Choose a password")).to_be_visible()
    other.get_by_label("One-time password").fill(password)
    other.get_by_label("New password", exact=True).fill("a password of my own 3")
    other.get_by_label("New password again").fill("a password of my own 3")
    other.get_by_role("button", name="Save and go on").click()
    expect(other.get_by_role("heading", level=1, name="Projects")).to_be_visible()
    assert other.request.get("/app/api/admin/users").status == 403
    answer = other.goto("/admin")
    assert answer.status == 403

    page.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("menuitem", name="Deactivate").click()
    expect(page.get_by_role("row", name=re.compile(name))).to_contain_text("inactive")
    other.goto("/")
    expect(other).to_have_url(re.compile("/signin"))


def test_a_role_is_made_and_changed(page):
    page.goto("/admin?tab=roles")
    page.get_by_role("button", name="New role").click()
    name = f"Guest {time.time_ns()}"
    page.get_by_role("dialog").get_by_label("Name").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    box = page.get_by_label("Test runs: Add and edit", exact=True)
    with page.expect_response(lambda response: response.request.method == "PUT"):
        box.check()
    page.reload()
    page.get_by_role("button", name=name).click()
    expect(page.get_by_label("Test runs: Add and edit", exact=True)).to_be_checked()
    expect(page.get_by_label("Test runs: Delete", exact=True)).not_to_be_checked()
    page.get_by_role("button", name="More for this role").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_the_audit_log_says_what_changed(page, project):
    path = f"/app/api/cases/{project['cases'][0]}"
    tag = page.request.get(path).headers["etag"]
    title = f"Audited {time.time_ns()}"
    change(page, "PUT", path, {"title": title}, **{"If-Match": tag})
    page.goto("/admin?tab=audit")
    entry = page.get_by_role("row", name=re.compile("update.*repository case")).first
    entry.get_by_text(re.compile("field")).click()
    expect(entry.locator("ins").get_by_text(title)).to_be_visible()


def test_a_member_loses_and_gets_access(page, server, open_page, project, axe):
    email = f"m{time.time_ns()}@assay.test"
    server.create_user(email, "a member of the project 9", "Mia Member")
    page.goto(f"/p/{project['key']}/settings")
    axe(page)
    other = open_page(signed_in=False)
    other.goto(f"/p/{project['key']}")
    other.get_by_label("E-mail").fill(email)
    other.get_by_label("Password").fill("a member of the project 9")
    other.get_by_role("button", name="Sign in").click()
    expect(other.locator("h1")).to_be_visible()
    page.get_by_label("Everybody else").select_option("NO_ACCESS")
    expect(page.get_by_text("Saved")).to_be_visible()
    assert other.goto(f"/p/{project['key']}").status == 404
    page.get_by_role("combobox", name="Add a person").click()
    page.keyboard.type("Mia")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name=re.compile("Mia Member"))).to_be_visible()
    assert other.goto(f"/p/{project['key']}").status == 200
    page.get_by_role("button", name="Remove Mia Member").click()
    expect(page.get_by_role("row", name=re.compile("Mia Member"))).to_have_count(0)
    assert other.goto(f"/p/{project['key']}").status == 404
    assert other.request.get(f"/app/api/projects/{project['key']}/members").status == 404


def test_a_field_of_ones_own_is_filled_in_and_shown_in_the_run(page, project, axe):
    label = f"Browser {time.time_ns()}"
    page.goto("/admin?tab=fields")
    page.get_by_role("button", name="New field").click()
    dialog = page.get_by_role("dialog", name="New field")
    dialog.get_by_label("Name").fill(label)
    dialog.get_by_label("Kind").select_option("Dropdown")
    dialog.get_by_label("Choices").fill("Firefox\nSafari")
    axe(page)
    dialog.get_by_role("button", name="Make the field").click()
    expect(page.get_by_role("row", name=re.compile(label))).to_contain_text("Firefox, Safari")
    case = project["cases"][0]
    page.goto(f"/p/{project['key']}/cases?case={case}")
    expect(page.get_by_role("heading", level=2, name="Pay by card")).to_be_visible()
    page.keyboard.press("e")
    page.get_by_label(label).select_option("Safari")
    axe(page)
    page.keyboard.press("Control+s")
    expect(page.get_by_role("article").get_by_text("Safari")).to_be_visible()
    run = change(page, "POST", f"/app/api/projects/{project['key']}/runs", {"name": "With a field", "cases": {"ids": [case]}})
    page.goto(f"/p/{project['key']}/runs/{run['id']}")
    expect(page.get_by_role("article").get_by_text("Safari")).to_be_visible()
    page.goto("/admin?tab=fields")
    page.get_by_role("button", name=f"More for {label}").click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(page.get_by_role("row", name=re.compile(label))).to_have_count(0)
