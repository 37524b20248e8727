# Plain shell talks to orderline: a pipe, a file, a reader who has heard enough.

ping='{"jsonrpc":"2.0","id":1,"method":"server.ping"}'
pong='{"jsonrpc":"2.0","id":1,"result":{"pong":true}}'
serve() { "$ORDERLINE" serve; }
same() { [ "$1" = "$2" ] || { echo "shell: expected $2, found $1" >&2; exit 1; }; }

same "$(printf %s "$ping" | serve)" "$pong"
same "$(printf '%s\n\n%s\r\n' "$ping" "$ping" | serve)" "$pong
$pong"
echo "shell: printf |"

requests=$(mktemp)
trap 'rm -f "$requests" "$requests.end"' EXIT
number=0
while [ "$number" -lt 2000 ]; do
  number=$((number + 1))
  echo "$ping"
done >"$requests"
same "$(serve <"$requests" | sort | uniq -c | tr -s ' ')" " 2000 $pong"
echo "shell: < file"

# Who has heard enough just closes; the server leaves in peace.
same "$({ serve <"$requests" && echo fine >&2; } 2>"$requests.end" | head -1)" "$pong"
same "$(cat "$requests.end")" fine
echo "shell: | head -1"

# Headers, without counting: the length is that of the request above.
same "$(printf 'Content-Length: %d\r\n\r\n%s' "${#ping}" "$ping" | serve | tr -d '\r')" \
  "Content-Length: ${#pong}

$pong"
echo "shell: headers"
