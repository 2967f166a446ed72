extension Demo {
    static let delivery: [DemoCase] = [
        DemoCase(
            "Pickup point map lists shops within 20 km", .low, 3, ["delivery", "new"],
            "The list beside the map is the one that counts.",
            [
                ("Choose “Pick up” and enter 10115", "The map and a list sorted by distance"),
                ("Look at the last entry", "It is at most 20 km away"),
                ("Deny the browser's question for the position", "The list stays; the post code is used"),
            ]),
        DemoCase(
            "Address form accepts a name of 80 letters", .medium, 2, ["regression", "delivery"],
            "And prints it on the label.",
            [
                ("Enter a first and last name of 80 letters together, with ß, é and a hyphen", "No complaint"),
                ("Order and open the label", "The name is complete, on two lines"),
            ]),
        DemoCase(
            "Express is not offered after 14:00", .high, 3, ["delivery"],
            "The carrier collects at 15:00.",
            given: "The clock of the test system can be set.",
            [
                ("At 13:55 reach “Delivery”", "Express shows tomorrow"),
                ("Wait until 14:01 and go on", "“Express is no longer possible today”, standard is chosen"),
                ("Set the clock to Saturday 10:00", "Express shows Tuesday"),
            ]),
        DemoCase(
            "Packing station needs the customer number", .medium, 2, ["delivery"],
            "Without it the parcel goes back.",
            [
                ("Enter “Packstation 145” as street", "The form asks for the customer number"),
                ("Go on without it", "“Please enter your customer number”"),
                ("Enter 8 digits", "The step is done"),
            ]),
        DemoCase(
            "Islands carry the surcharge", .medium, 2, ["delivery", "price"],
            "Known by post code.",
            [
                ("Enter 27498 Helgoland", "“Island surcharge 9.90” above the options"),
                ("Change to 20095 Hamburg", "The line is gone, the total follows"),
            ]),
        DemoCase(
            "Different billing address is kept", .high, 3, ["regression", "delivery"],
            "Companies order to branch offices.",
            [
                ("Tick “Different billing address” and enter one", "Both addresses in the summary"),
                ("Order and open the invoice", "The billing address is on it, the label has the other"),
                ("Start another order", "Both addresses are offered again"),
            ]),
        DemoCase(
            "Delivery day leaves out public holidays", .medium, 3, ["delivery"],
            "Those of the state of the address.",
            given: "The clock of the test system can be set.",
            [
                ("On 30 October enter an address in Saxony", "The promised day leaves out 31 October"),
                ("Change to an address in Hesse", "31 October is possible"),
            ]),
        DemoCase(
            "Print styles of the invoice", .low, 2, ["legal"],
            "One page for up to twelve items.",
            [
                ("Open the invoice and its print preview", "No menu, no colours, the logo in black"),
                ("Print an order of twelve items", "One page of A4, the footer is complete"),
            ]),
    ]

    static let search: [DemoCase] = [
        DemoCase(
            "Search finds an article by a part of its name", .critical, 2, ["smoke", "regression", "search"],
            "The box at the top of every page.",
            [
                ("Type “rain”", "Suggestions from the third letter on, the rain jacket among them"),
                ("Press Enter", "All hits, best first, with their number"),
                ("Open the first", "The article page"),
            ]),
        DemoCase(
            "Search forgives typing errors", .medium, 2, ["search"],
            "One wrong letter in words of five or more.",
            [
                ("Search for “jakcet”", "Results for “jacket”, and a link to search for the literal word"),
                ("Search for “jakt”", "“Nothing found”, with the most wanted articles"),
            ]),
        DemoCase(
            "Filters narrow the result and stay in the address", .high, 3, ["regression", "search"],
            "A link with filters can be sent to others.",
            [
                ("Search for “shoes” and choose size 42 and colour blue", "Fewer hits, both filters shown as chips"),
                ("Copy the address into another browser", "The same hits, the same chips"),
                ("Remove the chip “blue”", "More hits, size 42 is kept"),
            ]),
        DemoCase(
            "Sorting by price counts the sale price", .medium, 2, ["search", "price"],
            "What the customer pays decides.",
            [
                ("Search for “bag” and sort by price, lowest first", "Ascending by the price to be paid"),
                ("Look at a reduced article", "It stands where its sale price belongs"),
            ]),
        DemoCase(
            "Empty search explains what to do", .low, 1, ["search"],
            "No dead end.",
            [
                ("Press Enter in the empty box", "The focus stays in the box, no request"),
                ("Search for “xyzzy”", "“Nothing found for xyzzy”, with tips and categories"),
            ]),
        DemoCase(
            "Search answers while the index is rebuilt", .high, 6, ["search", "operations"],
            "The nightly rebuild takes twenty minutes.",
            given: "Access to the admin area.",
            [
                ("Start “Rebuild index”", "It runs, with its progress"),
                ("Search in the shop meanwhile", "Results as before"),
                ("Add an article while it runs and wait for the end", "The article is found"),
            ]),
    ]

    static let account: [DemoCase] = [
        DemoCase(
            "Member changes the e-mail address", .high, 5, ["regression", "security"],
            "The new address must be proven, the old one told.",
            [
                ("Enter a new address and the password", "“Please confirm the link we sent to …”"),
                ("Sign in before confirming", "Only the old address works"),
                ("Confirm the link", "The new address is shown, the old mailbox has a notice"),
            ]),
        DemoCase(
            "Order history shows orders of the last ten years", .medium, 3, ["regression"],
            "By year, newest first.",
            [
                ("Open “My orders”", "This year's orders, twenty on a page"),
                ("Choose 2016", "The orders of that year, with working invoices"),
            ]),
        DemoCase(
            "Address book holds several addresses", .medium, 3, ["regression", "delivery"],
            "One of them is the usual one.",
            [
                ("Add a second address and make it the usual one", "It stands first, marked"),
                ("Start a checkout", "It is filled in"),
                ("Delete it", "The first address becomes the usual one"),
            ]),
        DemoCase(
            "Personal data can be downloaded", .high, 4, ["legal", "security"],
            "Article 15 GDPR, as one archive.",
            [
                ("Choose “Download my data”", "A mail with a link arrives within ten minutes"),
                ("Open the archive", "Profile, addresses, orders and consents as JSON"),
                ("Open the link as another member", "404"),
            ]),
        DemoCase(
            "Account can be deleted", .high, 4, ["legal", "regression"],
            "Invoices are kept for ten years, all else goes.",
            given: "A member without open orders.",
            [
                ("Choose “Delete my account” and enter the password", "What stays and what goes is explained"),
                ("Confirm", "Signed out; the address can register again"),
                ("Look for the orders in the admin area", "They are there, without name and e-mail"),
            ]),
        DemoCase(
            "Newsletter consent can be taken back", .medium, 2, ["legal", "mail"],
            "In the account and in each mail.",
            [
                ("Switch the newsletter off", "Saved, with day and time"),
                ("Open the link of an old newsletter", "“You are not subscribed”"),
            ]),
    ]
}
