// The driver: sends the same requests to orderline, the yardstick and the floor, turn by turn.
//
//   driver check ORDERLINE YARDSTICK STORE ORDERS            compares their answers byte by byte
//   driver measure ORDERLINE YARDSTICK FLOOR STORE ORDERS    prints the table
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void fail(const char *what) {
  fprintf(stderr, "driver: %s\n", what);
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Chance with a seed (xorshift), so that every server is asked the same.
static uint64_t state;
static int64_t orders;

static int64_t random_id(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (int64_t)(state % (uint64_t)orders) + 1;
}

// MARK: Requests

typedef enum { get, list, ping } Request;

static size_t write_request(Request request, const char *status, char line[160]) {
  switch (request) {
    case get:
      return (size_t)sprintf(
          line, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"orders.get\",\"params\":{\"id\":%lld}}\n",
          (long long)random_id());
    case list:
      return (size_t)sprintf(line,
                             "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"orders.list\",\"params\":"
                             "{\"status\":\"%s\",\"limit\":50}}\n",
                             status);
    case ping:
      return (size_t)sprintf(line, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"server.ping\"}\n");
  }
  return 0;
}

// MARK: Servers

typedef struct {
  pid_t process;
  int input, output;
} Server;

static Server start(char *const *words) {
  extern char **environ;
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC)) fail("no pipes");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  Server server = {0, in[1], out[0]};
  if (posix_spawn(&server.process, words[0], &actions, NULL, words, environ)) fail(words[0]);
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  return server;
}

static double seconds(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

// Ends the input, waits for the end, and answers what the server took.
static struct rusage stop(Server server) {
  struct rusage usage;
  int status;
  close(server.input);
  if (wait4(server.process, &status, 0, &usage) < 0 || status != 0) fail("a server failed");
  close(server.output);
  return usage;
}

// Large enough for a page; answers are looked at where they lie.
static char answers[1 << 18];

static size_t ask(Server server, const char *line, size_t length) {
  if (write(server.input, line, length) != (ssize_t)length) fail("cannot ask");
  size_t got = 0;
  do {
    ssize_t more = read(server.output, answers + got, sizeof answers - got);
    if (more <= 0) fail("no answer");
    got += (size_t)more;
  } while (answers[got - 1] != '\n');
  return got;
}

// Writes all of `count` requests while it reads their answers.
static void pipeline(Server server, Request request, int count) {
  static char lines[1 << 16];
  size_t waiting = 0, sent = 0;
  int written = 0, answered = 0;
  fcntl(server.input, F_SETFL, O_NONBLOCK);
  while (answered < count) {
    if (sent == waiting) {
      for (sent = waiting = 0; written < count && waiting + 160 < sizeof lines; written++)
        waiting += write_request(request, NULL, lines + waiting);
    }
    struct pollfd ends[] = {{server.output, POLLIN, 0},
                            {sent < waiting ? server.input : -1, POLLOUT, 0}};
    if (poll(ends, 2, 10000) <= 0) fail("a server is stuck");
    if (ends[1].revents) {
      ssize_t length = write(server.input, lines + sent, waiting - sent);
      if (length > 0) sent += (size_t)length;
    }
    if (ends[0].revents) {
      ssize_t length = read(server.output, answers, sizeof answers);
      if (length <= 0) fail("no answer");
      for (char *at = answers; (at = memchr(at, '\n', (size_t)(answers + length - at))); at++)
        answered++;
    }
  }
}

// MARK: Measurements

typedef struct {
  const char *name;
  Request request;
  enum { cold, in_turn, pipelined } manner;
  int count;
} Measurement;

static const Measurement measurements[] = {{"start, one orders.get, end", get, cold, 20},
                                           {"orders.get, one by one", get, in_turn, 5000},
                                           {"page of 50, one by one", list, in_turn, 400},
                                           {"orders.get, pipelined", get, pipelined, 20000},
                                           {"server.ping, pipelined", ping, pipelined, 50000}};
enum { kinds = sizeof measurements / sizeof *measurements, rounds = 7 };

// What is measured of a server: the time its caller waits and the time it computes, both in
// microseconds a request, and the peak of its memory in MiB.
enum { elapsed, computing, memory, sides };
typedef struct {
  double of[sides];
} Figures;

static double spent(Server server) {
  clockid_t clock;
  struct timespec time;
  if (clock_getcpuclockid(server.process, &clock) || clock_gettime(clock, &time)) fail("no clock");
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static Figures measure_starts(char *const *words, const Measurement *what) {
  char line[160];
  Figures figures = {{0}};
  double begin = now();
  for (int index = 0; index < what->count; index++) {
    Server server = start(words);
    ask(server, line, write_request(what->request, NULL, line));
    struct rusage usage = stop(server);
    figures.of[computing] += seconds(usage.ru_utime) + seconds(usage.ru_stime);
    figures.of[memory] = (double)usage.ru_maxrss / 1024;
  }
  figures.of[elapsed] = (now() - begin) / what->count * 1e6;
  figures.of[computing] *= 1e6 / what->count;
  return figures;
}

static Figures measure(char *const *words, const Measurement *what) {
  state = 630;
  if (what->manner == cold) return measure_starts(words, what);
  char line[160];
  Figures figures;
  Server server = start(words);
  for (int index = 0; index < what->count / 10; index++)
    ask(server, line, write_request(what->request, "processing", line));
  double begin = now(), spent_before = spent(server);
  if (what->manner == pipelined) {
    pipeline(server, what->request, what->count);
  } else {
    for (int index = 0; index < what->count; index++)
      ask(server, line, write_request(what->request, "processing", line));
  }
  figures.of[elapsed] = (now() - begin) / what->count * 1e6;
  figures.of[computing] = (spent(server) - spent_before) / what->count * 1e6;
  figures.of[memory] = (double)stop(server).ru_maxrss / 1024;
  return figures;
}

static int ascending(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

enum { ours, theirs, lowest, servers };
static Figures table[kinds][servers][rounds];

// One side of the table: medians of the rounds, and the least and most of them.
static void print(int side, const char *title) {
  printf("\n%-27s %26s %26s %8s  %s\n", title, "orderline (min-max)", "C (min-max)", "floor",
         "orderline / C (min-max)");
  for (int kind = 0; kind < kinds; kind++) {
    double values[servers + 1][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int server = 0; server < servers; server++)
        values[server][round] = table[kind][server][round].of[side];
      values[servers][round] = values[ours][round] / values[theirs][round];
    }
    for (int column = 0; column <= servers; column++)
      qsort(values[column], rounds, sizeof(double), ascending);
    printf("%-27s", measurements[kind].name);
    for (int server = ours; server <= theirs; server++)
      printf(" %8.1f (%7.1f-%7.1f)", values[server][rounds / 2], values[server][0],
             values[server][rounds - 1]);
    printf(" %8.1f  %.2f (%.2f-%.2f)\n", values[lowest][rounds / 2], values[servers][rounds / 2],
           values[servers][0], values[servers][rounds - 1]);
  }
}

static void measure_all(char *orderline, char *yardstick, char *floor, char *store) {
  char *yardstick_words[] = {yardstick, store, NULL};
  for (int kind = 0; kind < kinds; kind++) {
    const Measurement *what = &measurements[kind];
    // The floor's answers are as long as an answer to this request.
    char line[160], length[24];
    Server sample = start(yardstick_words);
    state = 630;
    snprintf(length, sizeof length, "%zu",
             ask(sample, line, write_request(what->request, "processing", line)));
    stop(sample);
    char *const *words[servers] = {(char *[]){orderline, "serve", "--store", store, NULL},
                                   yardstick_words, (char *[]){floor, length, NULL}};
    for (int round = 0; round < rounds; round++)
      for (int server = 0; server < servers; server++)
        table[kind][server][round] = measure(words[server], what);
  }
  print(elapsed, "µs a request, waited for");
  print(computing, "µs a request, of processor");
  print(memory, "MiB of memory, at most");
  printf("\nMedians of %d rounds, each server in turn. The last column is what counts: how many "
         "times\nas much as C. The floor answers as many bytes without work: the driver's share.\n",
         rounds);
}

// MARK: The same bytes

static void compare(Server first, Server second, Request request, const char *status) {
  static char kept[sizeof answers];
  char line[160];
  size_t line_length = write_request(request, status, line);
  size_t length = ask(first, line, line_length);
  memcpy(kept, answers, length);
  if (ask(second, line, line_length) == length && memcmp(kept, answers, length) == 0) return;
  fprintf(stderr, "driver: the answers differ\n%s%.*s%s", line, (int)length, kept, answers);
  fail("nothing was measured");
}

static void check(char *orderline, char *yardstick, char *store) {
  static const char *const statuses[] = {"pending",   "processing", "on-hold", "completed",
                                         "cancelled", "refunded",   "failed"};
  Server first = start((char *[]){orderline, "serve", "--store", store, NULL});
  Server second = start((char *[]){yardstick, store, NULL});
  state = 611;
  for (int index = 0; index < 5000; index++) compare(first, second, get, NULL);
  for (int index = 0; index < 7; index++) compare(first, second, list, statuses[index]);
  compare(first, second, ping, NULL);
  stop(first);
  stop(second);
  printf("orderline and C answer 5000 orders, 7 pages of 50 and a ping with the same bytes.\n");
}

int main(int count, char **words) {
  signal(SIGPIPE, SIG_IGN);
  orders = count > 5 ? atoll(words[count - 1]) : 0;
  if (orders > 0 && count == 6 && strcmp(words[1], "check") == 0)
    check(words[2], words[3], words[4]);
  else if (orders > 0 && count == 7 && strcmp(words[1], "measure") == 0)
    measure_all(words[2], words[3], words[4], words[5]);
  else
    fail("see the head of driver.c for its arguments");
  return 0;
}
