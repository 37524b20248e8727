# A JSON reader for any POSIX awk: one document in, a line "path<TAB>value" for each value out.
#
# Null has no line. Control characters in values become spaces, so that a value is one line and
# safe on a terminal. Where the variable `wanted` is a path, the JSON found there is printed as it
# was written, and nothing else. The exit status is 1 when the input is not JSON. To be run with
# LC_ALL=C: it works on bytes.

function malformed() { bad = 1; exit 1 }
function skip_blanks() { while (substr(text, at, 1) ~ /[ \t\r\n]/) at++ }
function take(c) { if (substr(text, at, 1) != c) malformed(); at++ }
function next_is(c) { skip_blanks(); return substr(text, at, 1) == c }
function below(path, name) { return path == "" ? name : path "/" name }
function emit(path, value) {
  if (wanted != "") return
  gsub(/[\001-\037\177]/, " ", value)
  gsub(/\302[\200-\237]/, " ", value)
  print path "\t" value
}
function code_unit(  code, i, digit) {
  for (i = 0; i < 4; i++) {
    digit = index("0123456789abcdef", tolower(substr(text, at + i, 1)))
    if (digit == 0 || at + i > length(text)) malformed()
    code = code * 16 + digit - 1
  }
  at += 4
  return code
}
function utf8(code) {
  if (code == 0) return " "
  if (code < 128) return sprintf("%c", code)
  if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
  if (code < 65536)
    return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
  return sprintf("%c%c%c%c", 240 + int(code / 262144), 128 + int(code / 4096) % 64, \
    128 + int(code / 64) % 64, 128 + code % 64)
}
function escaped(  c, code, low) {
  c = substr(text, at++, 1)
  if (c == "\"" || c == "\\" || c == "/") return c
  if (c == "n") return "\n"
  if (c == "t") return "\t"
  if (c == "r") return "\r"
  if (c == "b") return "\b"
  if (c == "f") return "\f"
  if (c != "u") malformed()
  code = code_unit()
  if (code < 55296 || code > 57343) return utf8(code)
  take("\\"); take("u")
  low = code_unit()
  if (code > 56319 || low < 56320 || low > 57343) malformed()
  return utf8(65536 + (code - 55296) * 1024 + low - 56320)
}
function read_string(  found, start, c) {
  take("\"")
  while (1) {
    start = at
    while ((c = substr(text, at, 1)) != "\"" && c != "\\" && c >= " ") at++
    found = found substr(text, start, at - start)
    at++
    if (c == "\"") return found
    if (c != "\\") malformed()
    found = found escaped()
  }
}
function read_object(path,  name) {
  take("{")
  if (next_is("}")) { at++; return }
  while (1) {
    skip_blanks(); name = read_string()
    skip_blanks(); take(":")
    read_value(below(path, name))
    if (next_is("}")) { at++; return }
    take(",")
  }
}
function read_array(path,  i) {
  take("[")
  if (next_is("]")) { at++; return }
  for (i = 0; ; i++) {
    read_value(below(path, i))
    if (next_is("]")) { at++; return }
    take(",")
  }
}
function read_word(path,  start, word) {
  start = at
  while (substr(text, at, 1) ~ /[-+.0-9A-Za-z]/) at++
  word = substr(text, start, at - start)
  if (word !~ /^(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?)$/) malformed()
  if (word != "null") emit(path, word)
}
function read_value(path,  start, c) {
  skip_blanks()
  start = at
  c = substr(text, at, 1)
  if (c == "{") read_object(path)
  else if (c == "[") read_array(path)
  else if (c == "\"") emit(path, read_string())
  else read_word(path)
  if (wanted != "" && path == wanted) print substr(text, start, at - start)
}
{ text = text $0 "\n" }
END {
  if (bad) exit 1
  at = 1
  read_value("")
  skip_blanks()
  if (at <= length(text)) malformed()
}
