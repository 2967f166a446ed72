"""Files: by picker, drop and paste, on cases and on results, with a lost connection in between."""

import base64
import re

import pytest
from playwright.sync_api import expect

from test_web_flows import change, heading, open_case, project, row, start_run  # noqa: F401

PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")

HAND_OVER = """(element, [kind, name, type, text]) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, { type }));
    element.dispatchEvent(kind === 'paste' ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
      : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def hand_over(locator, kind, name, mime="image/png", content=PICTURE):
    locator.evaluate(HAND_OVER, [kind, name, mime, base64.b64encode(content).decode()])


def tile(page, name):
    return page.get_by_role("article").get_by_role("link", name=name)


def test_files_of_a_case_by_picker_drop_and_paste(page, project, axe):
    open_case(page, project)
    page.get_by_role("article").locator("input[type=file]").set_input_files(
        {"name": "plan of tests.txt", "mimeType": "text/plain", "buffer": b"one\ntwo\n"})
    expect(tile(page, "plan of tests.txt")).to_be_visible()
    hand_over(page.locator("file-drop"), "drop", "dropped.png")
    expect(tile(page, "dropped.png")).to_be_visible()
    hand_over(page.get_by_role("article"), "paste", "pasted.png")
    expect(tile(page, "pasted.png")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Show pasted.png").click()
    expect(page.get_by_role("dialog", name="pasted.png").get_by_role("img")).to_be_visible()
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        tile(page, "plan of tests.txt").click()
    assert download.value.suggested_filename == "plan of tests.txt"
    assert open(download.value.path(), "rb").read() == b"one\ntwo\n"
    page.get_by_role("button", name="Remove dropped.png").click()
    expect(tile(page, "dropped.png")).to_have_count(0)
    page.reload()
    expect(tile(page, "pasted.png")).to_be_visible()
    expect(tile(page, "dropped.png")).to_have_count(0)


def test_a_removed_file_comes_back_and_the_case_can_still_be_edited(page, project):
    open_case(page, project)
    hand_over(page.get_by_role("article"), "paste", "again.png")
    expect(tile(page, "again.png")).to_be_visible()
    page.get_by_role("button", name="Remove again.png").click()
    expect(tile(page, "again.png")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("z")
    expect(tile(page, "again.png")).to_be_visible()
    page.get_by_role("button", name="Pay by card").click()
    page.keyboard.type("Pay by debit card")
    page.keyboard.press("Enter")
    expect(row(page, "Pay by debit card")).to_be_visible()
    page.reload()
    expect(tile(page, "again.png")).to_be_visible()


def test_a_screenshot_goes_with_a_failure(page, project):
    run = start_run(page, project)
    page.keyboard.press("f")
    field = page.get_by_role("textbox", name="What went wrong?")
    expect(field).to_be_focused()
    hand_over(field, "paste", "broken.png")
    page.keyboard.type("See the picture")
    page.keyboard.press("Control+Enter")
    expect(heading(page, "Pay by invoice")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.goto(f"/p/{project['key']}/runs/{run['id']}/report")
    expect(page.get_by_text("See the picture")).to_be_visible()
    expect(page.get_by_role("link", name="broken.png")).to_be_visible()


def test_a_picture_is_pasted_to_a_result_and_removed(page, project):
    start_run(page, project)
    hand_over(page.get_by_role("article"), "paste", "early.png")
    expect(page.get_by_text("Give a verdict first")).to_be_visible()
    page.keyboard.press("b")
    row(page, "Pay by card").click()
    expect(page.get_by_role("article").get_by_text("Blocked").first).to_be_visible()
    hand_over(page.get_by_role("article"), "paste", "later.png")
    expect(tile(page, "later.png")).to_be_visible()
    page.get_by_role("button", name="Remove later.png").click()
    expect(tile(page, "later.png")).to_have_count(0)


def test_a_failed_upload_is_kept_over_a_reload_and_sent_again(page, project):
    open_case(page, project)
    page.route("**/app/api/attachments?**", lambda route: route.abort())
    hand_over(page.get_by_role("article"), "paste", "stubborn.png")
    expect(page.get_by_text("Waits for the server.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("list", name="Uploads").get_by_text("stubborn.png")).to_be_visible()
    expect(page.get_by_text("Waits for the server.")).to_be_visible()
    page.unroute("**/app/api/attachments?**")
    page.get_by_role("button", name="Send stubborn.png again").click()
    expect(tile(page, "stubborn.png")).to_be_visible()
    expect(page.get_by_role("list", name="Uploads")).to_be_hidden()
    files = page.request.get(f"/app/api/cases/{project['cases'][0]}").json()["attachments"]
    assert [file["name"] for file in files] == ["stubborn.png"]


def test_a_file_that_is_refused_says_why_and_leaves_nothing(page, project):
    open_case(page, project)
    refused = page.request.post(
        f"/app/api/attachments?case={project['cases'][0]}&name=x.txt", data=b"bytes",
        headers={"Content-Type": "text/plain", "Sec-Fetch-Site": "same-origin"})
    assert refused.status == 403
    page.route("**/app/api/attachments?**", lambda route: route.fulfill(
        status=413, content_type="application/json", body='{"error":{"code":"too-large","message":"the file is too large","issues":[]}}'))
    hand_over(page.get_by_role("article"), "paste", "huge.png")
    expect(page.get_by_text("the file is too large")).to_be_visible()
    page.get_by_role("button", name="Give up huge.png").click()
    expect(page.get_by_text("huge.png")).to_have_count(0)


@pytest.mark.parametrize("owner", ["case", "result", "run"])
def test_an_unknown_owner_takes_no_file(page, project, owner):
    page.goto("/")
    csrf = re.search(r'"csrf":"([^"]+)"', page.content()).group(1)
    answer = page.request.post(
        f"/app/api/attachments?{owner}=99999999&name=x.txt", data=b"bytes",
        headers={"Content-Type": "text/plain", "X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-origin"})
    assert answer.status == 404
