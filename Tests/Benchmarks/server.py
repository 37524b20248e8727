# A server as one writes it in an afternoon: Python's standard library, the same store, the same answers.
import datetime
import json
import sqlite3
import sys
import zoneinfo

LABELS = {"pending": "Attente paiement", "processing": "En cours", "on-hold": "En attente",
          "completed": "Terminée", "cancelled": "Annulée", "refunded": "Remboursée",
          "failed": "Échouée"}
FOLLOWERS = {"pending": ["completed", "processing", "on-hold", "cancelled", "failed"],
             "processing": ["completed", "on-hold", "cancelled", "refunded", "failed"],
             "on-hold": ["completed", "pending", "processing", "cancelled", "failed"],
             "completed": ["processing", "refunded"], "cancelled": ["pending"], "refunded": [],
             "failed": ["completed", "pending", "on-hold", "processing", "cancelled"]}
MONTHS = ("janvier février mars avril mai juin juillet août septembre octobre novembre "
          "décembre").split()
ADDRESS = "name company street street2 postcode city region country".split()

db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=5)
db.row_factory = sqlite3.Row
db.execute("PRAGMA foreign_keys = ON")
db.execute("PRAGMA synchronous = FULL")
zone = zoneinfo.ZoneInfo(db.execute("SELECT time_zone FROM shop").fetchone()[0])


def local(seconds):
    return datetime.datetime.fromtimestamp(seconds, zone)


def moment(seconds):
    return None if seconds is None else local(seconds).isoformat()


def money(cents):
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def address(row, kind):
    return {part: row[f"{kind}_{part}"] or None for part in ADDRESS}


def actions(row, most):
    answer = []
    if row["status"] in ("pending", "on-hold", "failed", "cancelled"):
        answer.append({"label": "Enregistrer le paiement", "method": "orders.pay",
                       "params": {"id": row["id"]}})
    answer += [{"label": LABELS[status], "method": "orders.setStatus",
                "params": {"id": row["id"], "status": status}}
               for status in FOLLOWERS[row["status"]]]
    return answer[:most]


def head(row, most):
    placed = local(row["created_at"])
    day = "1er" if placed.day == 1 else str(placed.day)
    today = datetime.datetime.now(zone).date().isoformat()
    return {
        "id": row["id"], "status": row["status"], "statusLabel": LABELS[row["status"]],
        "createdAt": moment(row["created_at"]), "paidAt": moment(row["paid_at"]),
        "completedAt": moment(row["completed_at"]),
        "dateLabel": f"{day} {MONTHS[placed.month - 1]} {placed:%Y @%Hh%M}",
        "customer": {"name": row["customer_name"], "email": row["customer_email"] or None,
                     "phone": row["customer_phone"] or None},
        "billing": address(row, "billing"),
        "shipping": None if row["shipping_name"] is None else address(row, "shipping"),
        "purchased": row["purchased"], "currency": row["currency"], "gross": money(row["gross"]),
        "adminFee": money(row["admin_fee"]),
        "net": money(row["gross"] - row["admin_fee"] - row["refunded"]),
        "refunded": money(row["refunded"]), "needsShipping": bool(row["needs_shipping"]),
        "shipBy": row["ship_by"],
        "late": bool(row["status"] == "processing" and row["needs_shipping"] and row["ship_by"]
                     and today > row["ship_by"]),
        "version": row["version"], "actions": actions(row, most)}


def whole(number):
    row = db.execute("SELECT * FROM orders WHERE id = ?", (number,)).fetchone()
    answer = head(row, 9)
    answer |= {"shippingCost": money(row["shipping_cost"]), "discount": money(row["discount"]),
               "charges": money(row["charges"]), "transactionId": row["transaction_id"]}
    answer["lines"] = [
        {"product": line["product_id"], "name": line["name"], "sku": line["sku"],
         "quantity": line["quantity"], "total": money(line["total"]),
         "adminFee": money(line["admin_fee"]), "virtual": bool(line["is_virtual"]),
         "downloadable": bool(line["is_downloadable"]), "refundedQuantity": 0, "refunded": "0.00"}
        for line in db.execute(
            "SELECT * FROM order_lines WHERE order_id = ? ORDER BY position", (number,))]
    answer |= {"downloads": [], "refunds": [], "notes": []}
    if row["refunded"]:
        answer["refunds"] = [
            {"at": moment(at), "by": by, "amount": money(amount), "reason": reason, "lines": []}
            for at, by, amount, reason in db.execute(
                "SELECT at, actor, amount, reason FROM refunds WHERE order_id = ? "
                "ORDER BY position", (number,))]
    answer["history"] = [
        {"at": moment(at), "by": by, "what": what, "from": old, "to": new, "note": note}
        for at, by, what, old, new, note in db.execute(
            "SELECT at, actor, what, from_status, to_status, note FROM order_history "
            "WHERE order_id = ? ORDER BY position", (number,))]
    return answer


def page(params):
    limit = params["limit"] + 1
    if "status" in params:
        rows = db.execute("SELECT * FROM orders WHERE status = ? ORDER BY created_at DESC, "
                          "id DESC LIMIT ?", (params["status"], limit))
    elif "cursor" in params:
        at, number = json.loads(bytes.fromhex(params["cursor"]))[2:]
        rows = db.execute("SELECT * FROM orders WHERE (created_at, id) < (?, ?) "
                          "ORDER BY created_at DESC, id DESC LIMIT ?", (at, number, limit))
    else:
        rows = db.execute(
            "SELECT orders.* FROM (SELECT rowid AS id FROM order_search WHERE order_search "
            "MATCH ?) CROSS JOIN orders USING (id) ORDER BY id DESC LIMIT ?",
            (f'"{params["search"]}"*', limit))
    found = rows.fetchall()
    cursor = None
    if len(found) == limit:
        last = found[limit - 2]
        word = f'["created",1,{last["created_at"]},{last["id"]}]'
        cursor = word.encode().hex()
    return {"orders": [head(row, 2) for row in found[:limit - 1]], "nextCursor": cursor}


def count():
    counts = dict(db.execute("SELECT status, orders FROM order_counts").fetchall())
    today = datetime.datetime.now(zone).date().isoformat()
    late = db.execute(
        "SELECT coalesce(sum(orders), 0) FROM ship_counts WHERE unit = 'year' AND period < ?1 "
        "OR unit = 'month' AND period > ?1 AND period < ?2 "
        "OR unit = 'day' AND period > ?2 AND period < ?3",
        (today[:4], today[:7], today)).fetchone()[0]
    return {"total": sum(counts.values()), "byStatus": {s: counts[s] for s in LABELS}, "late": late}


def move(number, status):
    now = int(datetime.datetime.now().timestamp())
    old, version = db.execute("SELECT status, version FROM orders WHERE id = ?",
                              (number,)).fetchone()
    db.execute("UPDATE orders SET status = ?, version = ? WHERE id = ?",
               (status, version + 1, number))
    db.execute("INSERT INTO order_history SELECT ?1, max(position) + 1, ?2, 'vendor', 'moved', "
               "?3, ?4, NULL FROM order_history WHERE order_id = ?1", (number, now, old, status))
    db.execute("INSERT INTO changes (at, actor, what, order_id, version, from_status, to_status) "
               "VALUES (?, 'vendor', 'orderMoved', ?, ?, ?, ?)",
               (now, number, version + 1, old, status))
    return version + 1


def answer(method, params):
    if method == "server.ping":
        return {"pong": True}
    db.execute("BEGIN IMMEDIATE" if method.startswith("orders.set") else "BEGIN")
    if method == "orders.get":
        result = whole(params["id"])
    elif method == "orders.list":
        result = page(params)
    elif method == "orders.count":
        result = count()
    elif method == "orders.setStatus":
        move(params["id"], params["status"])
        result = {"order": whole(params["id"]), "changed": True, "applied": True, "effects": []}
    else:
        moves = [{"id": number, "outcome": "done", "status": params["status"],
                  "version": move(number, params["status"])} for number in params["ids"]]
        result = {"orders": moves, "done": len(moves), "unchanged": 0, "refused": 0, "more": False,
                  "changed": True, "applied": True}
    db.execute("COMMIT")
    return result


for line in sys.stdin:
    request = json.loads(line)
    reply = {"jsonrpc": "2.0", "id": request["id"],
             "result": answer(request["method"], request.get("params"))}
    sys.stdout.write(json.dumps(reply, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()
