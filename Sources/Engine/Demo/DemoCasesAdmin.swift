extension Demo {
    static let mails: [DemoCase] = [
        DemoCase(
            "Order mail lists items, total and delivery day", .high, 3, ["smoke", "regression", "mail"],
            "What was ordered, in the language of the order.",
            [
                ("Order two items in German", "The mail is in German"),
                ("Compare it with the confirmation", "Items, total and day are the same"),
                ("Open it with images off", "Everything important is text"),
            ]),
        DemoCase(
            "Shipping mail links to the carrier", .medium, 3, ["mail", "delivery"],
            "One mail for each parcel.",
            [
                ("Mark a parcel as sent with its number", "A mail with the number arrives"),
                ("Follow the link", "The carrier's page for that number"),
                ("Send a second parcel of the same order", "Its own mail names the items inside"),
            ]),
        DemoCase(
            "Mail to a full mailbox is tried again", .medium, 5, ["mail", "operations"],
            "Soft bounces for a day, then a note at the order.",
            given: "The mail sandbox answers 452 for full@shop.example.",
            [
                ("Order as full@shop.example", "The order is confirmed on the page"),
                ("Look at the mail queue", "The next try is in five minutes"),
                ("Let the sandbox accept mails again", "The mail goes out with the next try"),
            ]),
        DemoCase(
            "Unsubscribing takes one click", .medium, 1, ["mail", "legal"],
            "No sign-in, no questions (RFC 8058).",
            [
                ("Press the mail program's own “Unsubscribe”", "Done, without a page"),
                ("Follow the link in the footer", "“You are unsubscribed” and a way back"),
            ]),
        DemoCase(
            "Mails are readable in dark mode", .low, 2, ["mail", "accessibility"],
            "Apple Mail and Outlook, both themes.",
            [
                ("Open the order mail in dark mode", "Text and table have enough contrast"),
                ("Look at the logo", "It has no white box around it"),
            ]),
    ]

    static let admin: [DemoCase] = [
        DemoCase(
            "Editor publishes an article at a set time", .high, 4, ["regression", "admin"],
            "Prepared today, visible on Monday.",
            [
                ("Prepare an article and set tomorrow 06:00", "The list says “scheduled”"),
                ("Open its address as a guest", "404"),
                ("Set the clock to 06:01", "The article is visible and is found"),
            ]),
        DemoCase(
            "Stock is imported from CSV", .critical, 5, ["smoke", "regression", "admin", "stock"],
            "The nightly file of the warehouse.",
            given: "stock-good.csv (500 rows) and stock-bad.csv (row 17 without a number).",
            [
                ("Upload stock-good.csv", "“500 rows, 37 changes” and a list of the changes"),
                ("Confirm", "The stock of a sample is right"),
                ("Upload stock-bad.csv", "“Row 17: quantity is missing”; nothing is changed"),
            ]),
        DemoCase(
            "Support sees an order but not the card", .critical, 3, ["security", "admin"],
            "The last four digits are enough.",
            given: "A person with the role Support.",
            [
                ("Open a paid order", "Items, addresses and history; the card as •••• 4242"),
                ("Look at the answer of the server", "It holds no more than the four digits"),
                ("Open the export of payments", "403"),
            ]),
        DemoCase(
            "Roles can be changed only by owners", .high, 3, ["security", "admin"],
            "Nobody raises themselves.",
            [
                ("As an editor open “People”", "The list without buttons"),
                ("Send the request for a role change by hand", "403, and an entry in the protocol"),
                ("As an owner change the editor to Support", "It works with the editor's next click"),
            ]),
        DemoCase(
            "Every change of a price is in the protocol", .medium, 3, ["admin", "price"],
            "Who, when, from what to what.",
            [
                ("Change a price", "Saved"),
                ("Open the protocol of the article", "Name, time, old and new price"),
                ("Try to remove the entry", "There is no way to"),
            ]),
        DemoCase(
            "Voucher campaign ends at midnight", .medium, 4, ["admin", "price"],
            "Midnight of the shop's time zone.",
            given: "Voucher SPRING10 ends today.",
            [
                ("Enter it at 23:58", "Accepted"),
                ("Stay in the checkout until 00:01 and order", "Accepted: it counts when it was entered"),
                ("Enter it in a new basket", "“This voucher has ended”"),
            ]),
    ]

    /// Cases of the root folder, which every project has.
    static let general: [DemoCase] = [
        DemoCase(
            "New version answers after the deployment", .critical, 2, ["smoke", "operations"],
            "The first thing to look at.",
            [
                ("Open the shop", "The start page within two seconds"),
                ("Look at the footer", "The number of the new version"),
                ("Open /health", "“ok” for database, search and mail"),
            ]),
        DemoCase(
            "Old addresses lead to the new pages", .medium, 3, ["regression"],
            "Links in search engines live long.",
            [
                ("Open five addresses of the list of old links", "Each leads to its page with 301"),
                ("Open /old/unknown", "The friendly 404 page with the search box"),
            ]),
    ]
}
