extension Demo {
    static let signIn: [DemoCase] = [
        DemoCase(
            "Member signs in with e-mail and password", .critical, 2, ["smoke", "regression"],
            "The way in for everybody who has an account.",
            given: "The member mia@shop.example exists and is signed out.",
            [
                ("Open the shop and choose “Sign in”", "The form asks for e-mail and password"),
                (
                    "Enter the member's e-mail and password and press Enter",
                    "The start page opens, the menu shows “Mia”"
                ),
                ("Reload the page", "Mia is still signed in"),
            ]),
        DemoCase(
            "Wrong password shows one neutral message", .high, 2, ["regression", "security"],
            "The answer must not tell whether an address has an account.",
            [
                ("Sign in with a known e-mail and a wrong password", "“E-mail or password is wrong” above the form"),
                ("Sign in with an unknown e-mail", "The very same message, after about the same time"),
                ("Look at the fields", "The e-mail is kept, the password is empty and has the focus"),
            ]),
        DemoCase(
            "Account is locked after five wrong passwords", .critical, 5, ["regression", "security"],
            "Guessing must be slow, and the owner must hear of it.",
            given: "A member without failed attempts in the last hour.",
            [
                ("Enter a wrong password five times", "Each time the neutral message"),
                ("Enter the right password", "“Too many tries, please wait 15 minutes”"),
                ("Look into the member's mailbox", "One mail names the time and the address of the tries"),
                ("Wait 15 minutes and enter the right password", "The member is signed in"),
            ]),
        DemoCase(
            "Password can be reset by mail", .high, 4, ["smoke", "regression"],
            "Most calls to the support were about this.",
            [
                ("Choose “Forgot password?” and enter the e-mail", "“If the address is known, a mail is on its way”"),
                ("Open the link of the mail", "A form asks for the new password twice"),
                ("Enter a new password and save it", "The member is signed in"),
                ("Sign out and sign in with the old password", "It is refused"),
            ]),
        DemoCase(
            "Reset link works only once", .medium, 3, ["security"],
            "A forwarded mail must not open an account.",
            given: "A reset mail was sent and its link was used.",
            [
                ("Open the link again", "“This link is no longer valid”, with a button for a new one"),
                ("Ask for a new link and wait 61 minutes before opening it", "The link has ended as well"),
            ]),
        DemoCase(
            "Sign-in returns to the page the visitor came from", .medium, 2, ["regression"],
            "Nobody wants to search for the article again.",
            [
                ("As a guest open an article and choose “Add to wish list”", "The sign-in form opens"),
                ("Sign in", "The article is shown again, the heart is filled"),
                (
                    "Change the address to end with ?next=//example.org and sign in",
                    "The start page opens, not the other host"
                ),
            ]),
        DemoCase(
            "Session time-out keeps the basket", .medium, 4, ["regression", "basket"],
            "The session ends after 30 minutes; what was put into the basket stays.",
            given: "A signed-in member with two items in the basket.",
            [
                ("Leave the browser alone for 31 minutes", "Nothing changes on the page"),
                ("Open the basket", "The form for signing in, with the e-mail filled in"),
                ("Sign in", "The basket shows both items in the same quantity"),
            ]),
        DemoCase(
            "Sign in with a passkey", .low, 3, ["new"],
            "Offered since 2.4 to members who have added a passkey.",
            given: "The member has a passkey on this device.",
            [
                ("Choose “Sign in with a passkey”", "The browser asks to unlock the passkey"),
                ("Cancel", "The form is back, no error"),
                ("Choose it again and unlock", "The member is signed in without a password"),
            ]),
    ]

    static let checkout: [DemoCase] = [
        DemoCase(
            "Guest can complete an order", .critical, 6, ["smoke", "regression", "payment"],
            "The shortest way from an article to an order number.",
            given: "An article is in stock. Payments go to the sandbox.",
            [
                ("Put the article into the basket and go to the checkout", "The checkout asks for e-mail and address"),
                ("Enter an e-mail and a delivery address", "The step “Delivery” opens with the cheapest option chosen"),
                ("Go on to “Payment” and pay with the test card 4242 4242 4242 4242", "The bank's test page is passed"),
                ("Order", "The confirmation shows an order number and the total"),
                ("Look into the mailbox", "The order mail names the same number and total"),
            ]),
        DemoCase(
            "Keyboard only: whole checkout", .high, 8, ["accessibility"],
            "Every step can be done without a mouse (WCAG 2.2, 2.1.1).",
            [
                ("Open the basket and reach “Checkout” with Tab", "The focus is visible on every stop"),
                ("Fill in the address form", "The order of the fields follows the page"),
                ("Choose a delivery option with the arrow keys", "The choice is announced, the total changes"),
                ("Order with Enter", "The focus lands on the headline of the confirmation"),
            ]),
        DemoCase(
            "Order mail is sent once after a double click", .high, 3, ["regression", "mail"],
            "Impatient people click twice.",
            [
                ("Go to the last step of the checkout", "“Order now” is enabled"),
                ("Double click “Order now”", "The button is disabled at once, one confirmation opens"),
                ("Look into the mailbox and the order list", "One mail and one order"),
            ]),
        DemoCase(
            "Back button keeps the entered data", .medium, 3, ["regression"],
            "Between the steps of the checkout nothing is typed twice.",
            [
                ("Fill in the address and go on to “Delivery”", "Delivery options are shown"),
                ("Press the browser's Back button", "The address form shows everything that was entered"),
                ("Go forward again", "The chosen option is still chosen"),
            ]),
        DemoCase(
            "Terms must be accepted before ordering", .medium, 2, ["legal"],
            "The box is never ticked beforehand.",
            [
                ("Reach the last step", "The box for the terms is empty"),
                ("Press “Order now” without ticking it", "“Please accept the terms” beside the box, no order"),
                ("Tick it and order", "The order is confirmed"),
            ]),
    ]
}
