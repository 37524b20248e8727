// The driver: sends the same requests to orderline, the yardstick, a Python server and the floor, turn
// by turn.
//
//   driver check ORDERLINE YARDSTICK STORE ORDERS                    compares answers byte by byte
//   driver measure ORDERLINE YARDSTICK PYTHON FLOOR FILL STORE ORDERS    prints the table of a store
//   driver import ORDERLINE FILE STORE                               imports into a new store
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

typedef enum { ping, get, page, far, rare, common, count, set, many } Request;

// Orders in processing, which changes move to on-hold and back: an even number of rounds leaves all
// as they were.
enum { movable = 400, longest = 16384 };
static int64_t movables[movable];
static int moves, movable_count;

static size_t write_request(Request request, char *line) {
  char *at = line;
#define SAY(...) at += sprintf(at, __VA_ARGS__)
  SAY("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"");
  switch (request) {
    case ping: SAY("server.ping\""); break;
    case get: SAY("orders.get\",\"params\":{\"id\":%lld}", (long long)random_id()); break;
    case page: SAY("orders.list\",\"params\":{\"status\":\"processing\",\"limit\":50}"); break;
    case far: {
      // In the middle of all years.
      char cursor[80];
      sprintf(cursor, "[\"created\",1,%d,%lld]", 1663650400, (long long)orders / 2);
      SAY("orders.list\",\"params\":{\"cursor\":\"");
      for (char *byte = cursor; *byte; byte++) SAY("%02x", *byte);
      SAY("\",\"limit\":50}");
      break;
    }
    case rare: SAY("orders.list\",\"params\":{\"search\":\"quatrevaux\",\"limit\":50}"); break;
    case common: SAY("orders.list\",\"params\":{\"search\":\"garnier\",\"limit\":50}"); break;
    case count: SAY("orders.count\""); break;
    case set: {
      int turn = moves / movable_count % 2;
      SAY("orders.setStatus\",\"params\":{\"id\":%lld,\"status\":\"%s\",\"notify\":false}",
          (long long)movables[moves++ % movable_count], turn ? "processing" : "on-hold");
      break;
    }
    case many: {
      SAY("orders.setStatusMany\",\"params\":{\"ids\":[");
      for (int index = 0; index < movable_count; index++)
        SAY("%s%lld", index ? "," : "", (long long)movables[index]);
      SAY("],\"status\":\"%s\",\"notify\":false}", moves++ % 2 ? "processing" : "on-hold");
      break;
    }
  }
  SAY("}\n");
  return (size_t)(at - line);
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
  if (posix_spawnp(&server.process, words[0], &actions, NULL, words, environ)) fail(words[0]);
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
static char answers[1 << 20];

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

// Writes all of `total` requests while it reads their answers.
static void pipeline(Server server, Request request, int total) {
  static char lines[1 << 16];
  size_t waiting = 0, sent = 0;
  int written = 0, answered = 0;
  fcntl(server.input, F_SETFL, O_NONBLOCK);
  while (answered < total) {
    if (sent == waiting) {
      for (sent = waiting = 0; written < total && waiting + longest < sizeof lines; written++)
        waiting += write_request(request, lines + waiting);
    }
    struct pollfd ends[] = {{server.output, POLLIN, 0},
                            {sent < waiting ? server.input : -1, POLLOUT, 0}};
    if (poll(ends, 2, 60000) <= 0) fail("a server is stuck");
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

static void run(char *const *words) { stop(start(words)); }

static void find_movables(char *const *words) {
  Server server = start(words);
  char line[] = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"orders.list\",\"params\":"
                "{\"status\":\"processing\",\"limit\":400}}\n";
  answers[ask(server, line, sizeof line - 1)] = 0;
  for (char *at = answers; movable_count < movable && (at = strstr(at, "{\"id\":"));) {
    int64_t id = strtoll(at + 6, &at, 10);
    if (strncmp(at, ",\"status\":\"processing\",\"statusLabel\"", 34) == 0) movables[movable_count++] = id;
  }
  // Twice, so that the stock of all is taken before anything is measured.
  char request[longest];
  for (int round = 0; round < 2; round++) ask(server, request, write_request(many, request));
  stop(server);
  moves = 0;
}

// MARK: Measurements

typedef struct {
  const char *name;
  Request request;
  enum { cold, in_turn, pipelined } manner;
  int count;
} Measurement;

static const Measurement measurements[] = {{"start, one orders.get, end", get, cold, 20},
                                           {"server.ping, one by one", ping, in_turn, 4000},
                                           {"server.ping, pipelined", ping, pipelined, 50000},
                                           {"orders.get, one by one", get, in_turn, 4000},
                                           {"orders.get, pipelined", get, pipelined, 20000},
                                           {"page of 50 by status", page, in_turn, 400},
                                           {"page of 50 far from the start", far, in_turn, 400},
                                           {"search, rare name", rare, in_turn, 400},
                                           {"search, common name", common, in_turn, 400},
                                           {"orders.count", count, in_turn, 4000},
                                           {"orders.setStatus, one by one", set, in_turn, 1},
                                           {"orders.setStatus, pipelined", set, pipelined, 2000},
                                           {"orders.setStatusMany, up to 400", many, in_turn, 8}};
enum { kinds = sizeof measurements / sizeof *measurements, rounds = 5 };

// What is measured of a server: the time its caller waits and the time it computes, both in
// microseconds a request, and the peak of its memory in MiB.
typedef struct {
  double elapsed, computing, memory;
} Figures;

static double spent(Server server) {
  clockid_t clock;
  struct timespec time;
  if (clock_getcpuclockid(server.process, &clock) || clock_gettime(clock, &time)) fail("no clock");
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static Figures measure(char *const *words, const Measurement *what) {
  static char line[longest];
  Figures figures = {0};
  state = 630;
  if (what->manner == cold) {
    double begin = now();
    for (int index = 0; index < what->count; index++) {
      Server server = start(words);
      ask(server, line, write_request(what->request, line));
      struct rusage usage = stop(server);
      figures.computing += seconds(usage.ru_utime) + seconds(usage.ru_stime);
      figures.memory = (double)usage.ru_maxrss / 1024;
    }
    figures.elapsed = (now() - begin) / what->count * 1e6;
    figures.computing *= 1e6 / what->count;
    return figures;
  }
  Server server = start(words);
  int warming = what->request >= set ? 0 : what->count / 10;
  for (int index = 0; index < warming; index++)
    ask(server, line, write_request(what->request, line));
  double begin = now(), spent_before = spent(server);
  if (what->manner == pipelined) {
    pipeline(server, what->request, what->count);
  } else {
    for (int index = 0; index < what->count; index++)
      ask(server, line, write_request(what->request, line));
  }
  figures.elapsed = (now() - begin) / what->count * 1e6;
  figures.computing = (spent(server) - spent_before) / what->count * 1e6;
  figures.memory = (double)stop(server).ru_maxrss / 1024;
  return figures;
}

static int ascending(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static double median(double values[rounds]) {
  qsort(values, rounds, sizeof *values, ascending);
  return values[rounds / 2];
}

enum { ours, c, python, lowest, servers };

static void measure_all(char *orderline, char *yardstick, char *script, char *floor, char *fill,
                        char *store) {
  char *our_words[] = {orderline, "serve", "--store", store, NULL};
  find_movables(our_words);
  printf("| %-29s | orderline µs |     C µs | Python µs | floor µs | orderline / C (min-max) | "
         "processor | MiB | C MiB |\n|---|---|---|---|---|---|---|---|---|\n", "");
  for (int kind = 0; kind < kinds; kind++) {
    const Measurement *what = &measurements[kind];
    // The floor's answers are as long as an answer to this request.
    static char line[longest];
    char length[24];
    Request alike = what->request == set ? get : what->request;
    Server sample = start(our_words);
    state = 630;
    snprintf(length, sizeof length, "%zu", ask(sample, line, write_request(alike, line)));
    if (alike == many) ask(sample, line, write_request(many, line));
    stop(sample);
    char *words[servers][5] = {{orderline, "serve", "--store", store, NULL},
                               {yardstick, store, what->manner == pipelined ? "share" : NULL, NULL},
                               {"python3", script, store, NULL},
                               {floor, length, NULL}};
    double waited[servers][rounds], ratio[rounds], work[rounds], memory[servers][rounds];
    for (int round = 0; round < rounds; round++) {
      Figures of[servers];
      for (int server = 0; server < servers; server++) {
        // Python is slow enough to be measured with less.
        Measurement asked = *what;
        if (server == python && asked.request < set) asked.count = (asked.count + 3) / 4;
        int round_trip = 2 * movable_count;
        if (asked.request == set) asked.count = (asked.count / round_trip + 1) * round_trip;
        of[server] = measure(words[server], &asked);
        if (asked.request >= set) run((char *[]){fill, store, NULL});
        waited[server][round] = of[server].elapsed;
        memory[server][round] = of[server].memory;
      }
      ratio[round] = of[ours].elapsed / of[c].elapsed;
      work[round] = of[ours].computing / of[c].computing;
    }
    double middle = median(ratio);
    printf("| %-29s | %12.1f | %8.1f | %9.1f | %8.2f | %8.2f (%.2f-%.2f) | %9.2f | %3.0f | %5.0f |\n",
           what->name, median(waited[ours]), median(waited[c]), median(waited[python]),
           median(waited[lowest]), middle, ratio[0], ratio[rounds - 1], median(work),
           median(memory[ours]), median(memory[c]));
    fflush(stdout);
  }
}

// MARK: The same bytes

static void compare(Server first, Server second, Request request) {
  static char kept[sizeof answers], line[longest];
  size_t line_length = write_request(request, line);
  size_t length = ask(first, line, line_length);
  memcpy(kept, answers, length);
  if (ask(second, line, line_length) == length && memcmp(kept, answers, length) == 0) return;
  fprintf(stderr, "driver: the answers differ\n%s%.*s%s", line, (int)length, kept, answers);
  fail("nothing was measured");
}

static void check(char *orderline, char *yardstick, char *store) {
  Server first = start((char *[]){orderline, "serve", "--store", store, NULL});
  Server second = start((char *[]){yardstick, store, NULL});
  state = 611;
  for (int index = 0; index < 5000; index++) compare(first, second, get);
  for (Request request = ping; request <= count; request++) compare(first, second, request);
  stop(first);
  stop(second);
  printf("orderline and C answer 5000 orders, four pages, the counts and a ping with the same bytes.\n");
}

static void import(char *orderline, char *file, char *store) {
  double begin = now();
  Server server = start((char *[]){orderline, "import", file, "--store", store, NULL});
  struct rusage usage = stop(server);
  printf("Import: %.1f s, at most %.0f MiB.\n", now() - begin, (double)usage.ru_maxrss / 1024);
}

int main(int argc, char **words) {
  signal(SIGPIPE, SIG_IGN);
  orders = argc > 5 ? atoll(words[argc - 1]) : 0;
  if (argc == 6 && strcmp(words[1], "check") == 0) check(words[2], words[3], words[4]);
  else if (argc == 9 && strcmp(words[1], "measure") == 0)
    measure_all(words[2], words[3], words[4], words[5], words[6], words[7]);
  else if (argc == 5 && strcmp(words[1], "import") == 0) import(words[2], words[3], words[4]);
  else fail("see the head of driver.c for its arguments");
  return 0;
}
