# Prints so many orders as WooCommerce's REST API exports them: export.py ORDERS. The same every time.
import json
import random
import sys

chance = random.Random(630)
NAMES = ["Élise Vasseur", "Noémie Le Goff", "Mathurin Castaing", "Awa Diarra", "Florian Œuvrard",
         "Jeanne Rousselin", "Loïc Kermarrec", "Chloé Bérenger", "Théo Thibault", "Agnès Noël"]
TITLES = ["Le Horla", "Les Fleurs du mal", "Bel-Ami", "Madame Bovary", "La Mare au diable",
          "Contes du jour et de la nuit", "L’Éducation sentimentale"]
TOWNS = [("69002", "Lyon"), ("29200", "Brest"), ("75011", "Paris"), ("21200", "Beaune")]
STATUSES = ["completed"] * 17 + ["processing", "cancelled", "failed"]

print("[")
for number in range(1, int(sys.argv[1]) + 1):
    first, last = chance.choice(NAMES).split(" ", 1)
    postcode, city = chance.choice(TOWNS)
    day = f"20{19 + number % 7}-{1 + number % 12:02}-{1 + number % 28:02}"
    status = chance.choice(STATUSES)
    address = {"first_name": first, "last_name": last, "company": "",
               "address_1": f"{chance.randint(1, 180)} rue des Cordeliers", "address_2": "",
               "city": city, "state": "", "postcode": postcode, "country": "FR"}
    lines = []
    for _ in range(chance.choice([1, 1, 1, 2, 2, 3, 4])):
        volume, quantity = chance.randint(1, 40), chance.choice([1, 1, 1, 2])
        lines.append({"id": len(lines) + 1, "name": f"{chance.choice(TITLES)}, tome {volume}",
                      "product_id": 0, "variation_id": 0, "quantity": quantity, "tax_class": "",
                      "subtotal": f"{quantity * 990 / 100:.2f}", "subtotal_tax": "0.00",
                      "total": f"{quantity * 990 / 100:.2f}", "total_tax": "0.00", "taxes": [],
                      "meta_data": [], "sku": f"PHARE-{volume:03}", "price": 9.9})
    total = sum(line["quantity"] for line in lines) * 990 + 350
    paid = status in ("completed", "processing")
    order = {"id": number, "parent_id": 0, "status": status, "currency": "EUR", "version": "8.2.1",
             "prices_include_tax": True, "date_created": f"{day}T12:16:00",
             "date_modified": f"{day}T18:00:00", "discount_total": "0.00", "discount_tax": "0.00",
             "shipping_total": "3.50", "shipping_tax": "0.00", "cart_tax": "0.00",
             "total": f"{total / 100:.2f}", "total_tax": "0.00", "customer_id": number % 5000,
             "order_key": f"wc_order_{number:x}", "payment_method": "stripe",
             "payment_method_title": "Carte bancaire", "transaction_id": f"pi_{number:08x}",
             "customer_ip_address": "203.0.113.7", "customer_note": "",
             "date_paid": f"{day}T12:18:00" if paid else None,
             "date_completed": f"{day}T18:00:00" if status == "completed" else None,
             "billing": address | {"email": f"client{number % 5000}@courrier.example",
                                   "phone": "+33 1 99 00 11 24"},
             "shipping": address | {"phone": ""}, "line_items": lines, "tax_lines": [],
             "shipping_lines": [], "fee_lines": [], "coupon_lines": [], "refunds": [],
             "meta_data": [{"id": 1, "key": "_stripe_fee", "value": "0.62"}]}
    print(("," if number > 1 else "") + json.dumps(order, ensure_ascii=False))
print("]")
