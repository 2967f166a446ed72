"""What a newcomer does on the first day, through the pages alone: sign in with the printed password, look around the demo project,
write a case, run it by key, and see the report change."""

import re

import pytest
from playwright.sync_api import expect

from watch import Watch

OWN_PASSWORD = "three calm otters in the rain"


@pytest.fixture
def first_day(browser, new_server):
    """A fresh server with its demo project and a visitor's page on it."""
    server = new_server("--rate-limit", "off")
    watch = Watch(server.address)
    context = browser.new_context(base_url=server.address, viewport={"width": 1280, "height": 820})
    context.set_default_timeout(15_000)
    context.on("page", watch.attach)
    page = context.new_page()
    yield page, server
    watch.check()
    context.close()


def share(page, name):
    """The number in the report's legend that belongs to a status."""
    text = page.get_by_role("main").get_by_text(re.compile(rf"^\d+ {name}$")).first
    return int(text.text_content().split()[0])


def test_the_first_day(first_day, axe):
    page, server = first_day
    email, password = server.printed_credentials

    # 1. The one-time password opens the door once, to a page that asks for an own one.
    page.goto("/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    page.goto("/p/SHOP/cases")
    expect(page).to_have_url(re.compile(r"/password\?next="))
    axe(page)
    page.get_by_label("One-time password").fill(password)
    page.get_by_label("New password", exact=True).fill(OWN_PASSWORD)
    page.get_by_label("New password again").fill("something else")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_contain_text("differ")
    page.get_by_label("One-time password").fill(password)
    page.get_by_label("New password", exact=True).fill(OWN_PASSWORD)
    page.get_by_label("New password again").fill(OWN_PASSWORD)
    page.get_by_role("button", name="Save and go on").click()
    expect(page).to_have_url(re.compile(r"/p/SHOP/cases|/$"))

    # 2. The demo project: folders, a case with steps, finished and running runs, a chart with its table.
    page.goto("/")
    page.get_by_role("link", name="Web Shop").first.click()
    expect(page.get_by_role("heading", level=1, name="Web Shop")).to_be_visible()
    expect(page.get_by_role("heading", name="Results by day")).to_be_visible()
    expect(page.locator("chart-days svg rect").first).to_be_visible()
    expect(page.get_by_text("Regression 2.4").first).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("c")
    tree = page.get_by_role("tree", name="Folders")
    expect(tree.get_by_role("treeitem", name=re.compile("Checkout"))).to_be_visible()
    tree.get_by_role("treeitem", name=re.compile("Sign-in")).click()
    cases = page.get_by_role("listbox", name="Cases")
    cases.get_by_role("option").first.click()
    article = page.get_by_role("article")
    expect(article.locator("ol.steps > li").first).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_text("finished").first).to_be_visible()

    # 3. A case with two steps, written in the editor.
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", level=1, name="Cases")).to_be_visible()
    tree.get_by_role("treeitem", name=re.compile("Sign-in")).click()
    page.get_by_role("button", name="New case").click()
    page.get_by_role("textbox", name="Title", exact=True).fill("Newcomer signs in")
    page.get_by_label("Step 1: action").fill("Open the sign-in page")
    page.get_by_label("Step 1: expected result").fill("It asks for e-mail and password")
    page.get_by_label("Step 1: expected result").press("Enter")
    page.keyboard.type("Sign in")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=2, name="Newcomer signs in")).to_be_visible()
    expect(article.get_by_text("It asks for e-mail and password")).to_be_visible()
    quick = page.get_by_label("Title of a new case")
    quick.fill("Newcomer signs out")
    quick.press("Enter")
    expect(page.get_by_role("option", name=re.compile("Newcomer signs out"))).to_be_visible()

    # 4. A run with both, through the dialog; verdicts by key, one taken back, and the report follows.
    for title in ["Newcomer signs in", "Newcomer signs out"]:
        page.get_by_role("option", name=re.compile(title)).click(modifiers=["ControlOrMeta"])
    expect(page.get_by_text("2 marked")).to_be_visible()
    page.get_by_role("button", name="Run these").click()
    dialog = page.get_by_role("dialog", name="New run")
    dialog.get_by_label("Name", exact=True).fill("First day")
    dialog.get_by_role("button", name="Start the run").click()
    expect(page.get_by_role("heading", level=1, name="First day")).to_be_visible()
    expect(page.get_by_role("heading", level=2, name="Newcomer signs in")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=2, name="Newcomer signs out")).to_be_visible()
    page.keyboard.press("f")
    expect(page.get_by_role("textbox", name="What went wrong?")).to_be_focused()
    page.keyboard.type("The button does nothing")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("option", name=re.compile("^Failed"))).to_have_count(1)
    address = page.url.split("?")[0]
    page.wait_for_load_state("networkidle")
    page.goto(f"{address}/report")
    assert (share(page, "passed"), share(page, "failed")) == (1, 1)
    expect(page.get_by_text("The button does nothing")).to_be_visible()
    axe(page)

    page.goto(address)
    page.get_by_role("option", name=re.compile("Newcomer signs out")).click()
    page.keyboard.press("p")
    expect(page.get_by_role("option", name=re.compile("^Passed"))).to_have_count(2)
    page.keyboard.press("z")
    expect(page.get_by_role("option", name=re.compile("^Failed"))).to_have_count(1)
    page.keyboard.press("p")
    expect(page.get_by_role("option", name=re.compile("^Passed"))).to_have_count(2)
    page.wait_for_load_state("networkidle")
    page.goto(f"{address}/report")
    assert share(page, "passed") == 2
    expect(page.get_by_text("The button does nothing")).to_have_count(0)
