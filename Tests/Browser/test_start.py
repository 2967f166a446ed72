"""The newcomer's first step: what the program prints, keeps and does when it is told to end."""

from conftest import sign_in


def test_the_first_start_prints_a_password_that_works_and_the_second_keeps_the_data(browser, new_server):
    server = new_server("--no-demo")
    assert server.printed_credentials, f"no e-mail and password in:\n{server.tail()}"
    email, password = server.printed_credentials
    context = browser.new_context()
    sign_in(context, server.address, email, password)

    assert server.stop() == 0
    server.start()
    assert server.printed_credentials is None, "the second start prints a password"
    user = context.request.get(f"{server.address}/api/auth/session").json().get("user", {})
    assert user.get("email") == email, "the restart has ended the session"
    context.close()


def test_the_address_shows_the_sign_in_page_to_a_visitor(visitor):
    answer = visitor.goto("/")
    assert answer.status == 200
    assert "signin" in visitor.url
    assert visitor.locator("input[type=password]").count() == 1


def test_a_signed_in_administrator_is_not_asked_again(page):
    answer = page.goto("/")
    assert answer.status == 200
    assert "signin" not in page.url


def test_the_sign_in_page_is_accessible(visitor, axe):
    visitor.goto("/signin")
    axe(visitor)
