"""A vendor's day: a digital book and a printed one, from the shelf to the buyer's mailbox.

    orderline init --store day.db --sample
    python3 scenario.py day.db [PROGRAM]
    orderline mail send --store day.db

The first line makes the sample shop that the day is played in, the last one sends its mails.
"""

from __future__ import annotations

import sys
from typing import Any

from orderline import Orderline

AWA = {"name": "Awa Diarra", "email": "awa.diarra@courrier.example"}
AWA_HOME = {
    "name": "Awa Diarra", "street": "92 boulevard Voltaire", "postcode": "75011",
    "city": "Paris", "country": "FR"}
ELISE = {"name": "Élise Vasseur", "email": "elise.vasseur@courrier.example"}
ELISE_HOME = {
    "name": "Élise Vasseur", "street": "14 rue des Cordeliers", "postcode": "69002",
    "city": "Lyon", "country": "FR"}
MATHURIN_HOME = {
    "name": "Mathurin Le Goff", "street": "3 quai du Fret", "postcode": "29200",
    "city": "Brest", "country": "FR"}


def sell_digital_book(shop: Orderline) -> None:
    """A book that is virtual and downloadable needs nobody: its order completes when it is paid."""
    book = shop.products.configure(
        id=13, virtual=True, downloadable=True, stock=None, downloadLimit=5,
        files=[{"name": "Les Fleurs du mal (EPUB)", "location": "13.epub"}])["product"]
    assert book["completesByItself"]
    order = shop.orders.create(lines=[{"product": 13}], customer=AWA, billing=AWA_HOME)["order"]
    order = pay(shop, order)
    for download in order["downloads"]:
        print(f"  {download['name']}: {download['link']}")


def sell_printed_book(shop: Orderline) -> int:
    """A printed book is a gift: it goes to another address than the bill."""
    order = shop.orders.create(
        lines=[{"product": 11, "quantity": 2}], customer=ELISE, billing=ELISE_HOME,
        shipping=MATHURIN_HOME, shippingCost="3.50")["order"]
    pay(shop, order)
    return int(order["id"])


def pay(shop: Orderline, order: dict[str, Any]) -> dict[str, Any]:
    # With a key the payment happens once, however often it is sent.
    order = shop.orders.pay(id=order["id"], key=f"payment of {order['id']}")["order"]
    print(f"#{order['id']} {order['statusLabel']}: {order['purchased']}, {order['gross']} €")
    return order


def ship(shop: Orderline, posted: int) -> None:
    """Shows what waits to be shipped, the most urgent first, and completes the order `posted`."""
    print("To be shipped:")
    actions = {}
    for row in shop.iterate("orders.list", status="processing", needsShipping=True, sort="shipBy"):
        late = ", late" if row["late"] else ""
        address = row["shipping"]
        print(f"  #{row['id']} by {row['shipBy']}{late}: {address['name']}, {address['city']}")
        actions[row["id"]] = row["actions"]
    # An action is sent as it came; the first one of an order that is to be shipped completes it.
    action = actions[posted][0]
    order = shop.call(action["method"], **action["params"])["order"]
    print(f"#{order['id']} {order['statusLabel']}")


def day(shop: Orderline) -> None:
    sell_digital_book(shop)
    gift = sell_printed_book(shop)
    ship(shop, gift)
    print("Mails that wait to be sent, the latest first:")
    for mail in shop.iterate("mails.list", state="waiting"):
        print(f"  {mail['address']}: {mail['subject']}")


if __name__ == "__main__":
    with Orderline(*sys.argv[1:3]) as session:
        day(session)
