"""Runs axe-core on a page, in both themes."""

from axe_playwright_python.sync_playwright import Axe

THEMES = ("light", "dark")


def violations(page, **options):
    """What axe finds on the page as it stands: one line for each rule, with the elements."""
    answer = Axe().run(page, **options).response
    found = []
    for violation in answer["violations"]:
        found.append(f"{violation['id']} ({violation['impact']}): {violation['help']}")
        for node in violation["nodes"][:5]:
            found.append(f"    {' '.join(map(str, node['target']))}: {node['html'][:160]}")
            for check in (node["any"] + node["all"])[:2]:
                found.append(f"        {check['message'][:200]}")
    assert answer["passes"], "axe judged nothing: the page is empty"
    return found


def check(page, **options):
    """Asserts that axe finds nothing, in the light and in the dark theme. Motion is off, so that nothing is half-faded."""
    found = []
    try:
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found += [f"{theme}: {line}" for line in violations(page, **options)]
    finally:
        page.emulate_media(color_scheme="null", reduced_motion="null")
    assert not found, f"accessibility of {page.url}\n" + "\n".join(found)
