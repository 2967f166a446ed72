extension Demo {
    static let payment: [DemoCase] = [
        DemoCase(
            "Guest can pay with a saved card", .high, 4, ["smoke", "regression", "payment"],
            "The browser's saved card fills the form; the shop itself saves nothing for guests.",
            given: "The browser has a saved test card.",
            [
                ("Reach “Payment” as a guest and focus the card number", "The browser offers the saved card"),
                ("Choose it", "Number, name and expiry are filled in, the code is empty"),
                ("Enter the code and order", "The order is confirmed"),
            ]),
        DemoCase(
            "Declined card shows the bank's reason", .critical, 4, ["regression", "payment"],
            "A reason that helps: insufficient funds, expired, blocked.",
            given: "Test cards 4000 0000 0000 9995 (funds) and 4000 0000 0000 0069 (expired).",
            [
                ("Pay with the card without funds", "“Your bank declined the card: insufficient funds”"),
                ("Look at the form", "Everything but the code is kept"),
                ("Pay with the expired card", "“Your bank declined the card: the card has expired”"),
                ("Pay with a good card", "The order is confirmed; the basket is empty"),
            ]),
        DemoCase(
            "Voucher and sale price do not stack", .medium, 3, ["regression", "payment", "price"],
            "The better of the two counts, and the page says which.",
            given: "Voucher SPRING10 (10 %) and an article that is reduced by 20 %.",
            [
                ("Put the reduced article into the basket", "The sale price is shown, the old one crossed out"),
                ("Enter SPRING10", "“The sale price is better than your voucher”; the total stays"),
                ("Add an article that is not reduced", "10 % are taken off the second article alone"),
            ]),
        DemoCase(
            "Tax line is right for business customers", .critical, 5, ["regression", "payment", "tax"],
            "Reverse charge inside the EU, domestic tax otherwise.",
            given: "Business accounts in Austria and in Germany with valid VAT numbers.",
            [
                ("Order to Germany with the German account", "19 % tax, gross total"),
                ("Order to Austria with the Austrian account", "0 % tax and “Reverse charge”"),
                ("Clear the VAT number of the Austrian account", "20 % tax at once, without a reload"),
                ("Open the invoice of the second order", "Both VAT numbers and the note are on it"),
            ]),
        DemoCase(
            "Refund is visible in the order history", .high, 4, ["regression", "payment"],
            "The customer sees it as soon as it was sent.",
            given: "A paid order of two items.",
            [
                ("Refund one item in the admin area", "The refund is “sent”"),
                ("Open the order as the customer", "The item is marked as refunded, with amount and day"),
                ("Compare the totals", "Paid minus refunded is the new total"),
            ]),
        DemoCase(
            "Card number with spaces is accepted", .low, 1, ["payment"],
            "Pasted numbers come with spaces or dashes.",
            [
                ("Paste “4242 4242 4242 4242”", "The number is shown in groups of four"),
                ("Paste “4242-4242-4242-4242”", "The same"),
            ]),
        DemoCase(
            "3-D Secure step can be cancelled", .high, 3, ["regression", "payment"],
            "Cancelling at the bank must lead back to a working form.",
            given: "Test card 4000 0027 6000 3184, which always asks for the second step.",
            [
                ("Pay with the card", "The bank's page opens inside the checkout"),
                ("Cancel there", "“The payment was cancelled”, the form is as before"),
                ("Choose another card and order", "One order, one payment"),
            ]),
        DemoCase(
            "PayPal order returns to the confirmation page", .high, 4, ["smoke", "regression", "payment"],
            "The way to PayPal and back, in the sandbox.",
            [
                ("Choose PayPal and go on", "PayPal opens with the right total and currency"),
                ("Approve the payment", "The shop's confirmation shows an order number"),
                ("Press Back", "The confirmation stays; there is no second order"),
            ]),
        DemoCase(
            "Invoice is offered only to known customers", .medium, 3, ["payment", "risk"],
            "Known means three paid orders and no open one.",
            [
                ("Reach “Payment” as a guest", "Invoice is not among the options"),
                ("Reach it as a member with three paid orders", "Invoice is offered"),
                ("Reach it as a member with an overdue invoice", "It is not offered, with a link to the open invoice"),
            ]),
        DemoCase(
            "Gift card pays a part of the amount", .medium, 4, ["payment"],
            "The rest is paid with any other method.",
            given: "A gift card of 25.00.",
            [
                ("Enter its code for an order of 40.00", "25.00 are taken off, 15.00 remain"),
                ("Pay the rest with a card", "The order is confirmed"),
                ("Enter the code again for another order", "“The balance of this card is 0.00”"),
            ]),
        DemoCase(
            "Expired card is refused before it is sent", .medium, 1, ["payment"],
            "No request to the bank for what the form can know.",
            [
                ("Enter a card with last month's expiry", "“The card has expired” as soon as the field is left"),
                ("Watch the network while pressing “Order now”", "No request leaves the browser"),
            ]),
    ]

    static let basket: [DemoCase] = [
        DemoCase(
            "Basket survives a sign-in in another tab", .high, 3, ["regression", "basket"],
            "A guest's basket and the member's become one.",
            [
                ("Put two items into the basket as a guest", "The badge shows 2"),
                ("Open a second tab and sign in", "Account menu shows the name"),
                ("Go back to the first tab and reload", "The basket still holds both items; prices are the member's"),
            ]),
        DemoCase(
            "Quantity can be changed in the basket", .high, 2, ["smoke", "regression", "basket"],
            "Plus, minus and typing.",
            [
                ("Press + at an item", "Quantity 2, line and total follow at once"),
                ("Type 5 and leave the field", "Quantity 5, the total is right to the cent"),
                ("Type 0", "The item is gone, “Undo” is offered for ten seconds"),
            ]),
        DemoCase(
            "Item that sells out is marked in the basket", .high, 4, ["basket", "stock"],
            "Somebody else may buy the last one.",
            given: "An article with stock 1 in the baskets of two guests.",
            [
                ("Order it as the first guest", "The order is confirmed"),
                ("Reload the basket of the second guest", "“Sold out”, the item no longer counts into the total"),
                ("Go to the checkout", "It is possible for the other items only"),
            ]),
        DemoCase(
            "Removing the last item shows the empty basket", .low, 1, ["basket"],
            "With a way back into the shop.",
            [
                ("Remove the only item", "“Your basket is empty” and what was looked at last"),
                ("Choose “Undo”", "The item is back"),
            ]),
        DemoCase(
            "Price change since adding is announced", .medium, 3, ["basket", "price"],
            "The customer decides with the price that counts.",
            given: "An item of 19.90 in the basket.",
            [
                ("Raise the price to 21.90 in the admin area", "Saved"),
                ("Open the basket", "“The price has changed from 19.90 to 21.90” at the item"),
                ("Go to the checkout", "The total holds the new price"),
            ]),
        DemoCase(
            "Basket holds at most 99 of one item", .low, 1, ["basket"],
            "Larger orders go through the sales team.",
            [
                ("Type 100 as quantity", "99 stays, with the address of the sales team"),
                ("Press + at 99", "The button is disabled"),
            ]),
        DemoCase(
            "Free delivery line counts down", .low, 2, ["basket", "price"],
            "Free from 50.00 on.",
            [
                ("Fill the basket up to 41.00", "“9.00 more for free delivery”"),
                ("Add an item of 9.00", "“Your delivery is free”"),
                ("Enter a voucher of 5.00", "Delivery stays free: the value of the goods counts"),
            ]),
        DemoCase(
            "Shared basket link opens for a guest", .medium, 3, ["basket", "new"],
            "A member sends a basket to a friend.",
            [
                ("Choose “Share basket” and copy the link", "The link holds no name and no e-mail"),
                ("Open it in a private window", "The same items in the same quantity, prices for guests"),
                ("Change the quantity there", "The member's own basket stays as it was"),
            ]),
    ]
}
