// The floor: answers each line with a line of LENGTH bytes and does nothing else.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int count, char **words) {
  size_t length = count > 1 ? (size_t)atol(words[1]) : 0;
  static char in[1 << 16];
  char *out = malloc(length * 1024 + 1);
  if (length < 1 || !out) return 2;
  memset(out, 'x', length);
  out[length - 1] = '\n';
  size_t copies = 1;
  for (ssize_t got; (got = read(STDIN_FILENO, in, sizeof in)) > 0;) {
    size_t lines = 0;
    for (ssize_t index = 0; index < got; index++) lines += in[index] == '\n';
    while (lines > 0) {
      size_t now = lines < 1024 ? lines : 1024;
      for (; copies < now; copies++) memcpy(out + copies * length, out, length);
      for (size_t sent = 0; sent < now * length;) {
        ssize_t written = write(STDOUT_FILENO, out + sent, now * length - sent);
        if (written < 0) return 1;
        sent += (size_t)written;
      }
      lines -= now;
    }
  }
  return 0;
}
