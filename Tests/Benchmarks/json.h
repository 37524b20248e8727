// The yardstick's output: JSON written into one buffer of bytes.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *out;
static size_t out_length, out_capacity;

// Room for `length` more bytes.
static char *room(size_t length) {
  if (out_length + length > out_capacity) {
    out_capacity = (out_length + length) * 2;
    if (!(out = realloc(out, out_capacity))) abort();
  }
  return out + out_length;
}

static void put_bytes(const char *bytes, size_t length) {
  memcpy(room(length), bytes, length);
  out_length += length;
}

#define PUT(literal) put_bytes(literal, sizeof literal - 1)

static void put_word(const char *word) { put_bytes(word, strlen(word)); }

static void put_integer(int64_t value) {
  char digits[20], *first = digits + sizeof digits;
  uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
  do *--first = (char)('0' + rest % 10); while (rest /= 10);
  if (value < 0) PUT("-");
  put_bytes(first, (size_t)(digits + sizeof digits - first));
}

static void put_string(const char *text, size_t length) {
  char *start = room(length * 6 + 2), *to = start;
  *to++ = '"';
  for (size_t index = 0; index < length; index++) {
    unsigned char byte = (unsigned char)text[index];
    if (byte == '"' || byte == '\\') {
      *to++ = '\\', *to++ = (char)byte;
    } else if (byte >= 0x20) {
      *to++ = (char)byte;
    } else {
      static const char controls[] = "\b\t\n\f\r", letters[] = "btnfr";
      const char *place = byte ? strchr(controls, byte) : NULL;
      to += place ? sprintf(to, "\\%c", letters[place - controls]) : sprintf(to, "\\u%04x", byte);
    }
  }
  *to++ = '"';
  out_length += (size_t)(to - start);
}
