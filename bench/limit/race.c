/* Runs commands in turn, many times, and prints for each: median and best wall time in ms, median of user + system time
   in ms, peak memory in KiB.

   usage: race ROUNDS COMMAND... [-- COMMAND...]...   (a word by itself `--` separates; output is dropped) */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
enum { kMaxCommands = 16 };

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double cpu_ms(const struct rusage *u) {
  return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e3 +
         (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e3;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  char **commands[kMaxCommands];
  int count = 0;
  const int rounds = argc > 2 ? atoi(argv[1]) : 0;
  if (rounds < 1) return 64;
  commands[count++] = argv + 2;
  for (int i = 2; i < argc; ++i) {
    if (strcmp(argv[i], "--") != 0) continue;
    argv[i] = NULL;
    if (count < kMaxCommands) commands[count++] = argv + i + 1;
  }
  double *wall = calloc((size_t)(count * rounds), sizeof *wall);
  double *cpu = calloc((size_t)(count * rounds), sizeof *cpu);
  long peak[kMaxCommands] = {0};
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
  for (int round = 0; round < rounds; ++round) {
    for (int c = 0; c < count; ++c) {
      pid_t child;
      int status;
      struct rusage usage;
      const double begin = now_ms();
      if (posix_spawnp(&child, commands[c][0], &quiet, NULL, commands[c], environ) != 0) return 127;
      if (wait4(child, &status, 0, &usage) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "race: %s ended with status %d\n", commands[c][0], status);
        return 1;
      }
      wall[c * rounds + round] = now_ms() - begin;
      cpu[c * rounds + round] = cpu_ms(&usage);
      if (usage.ru_maxrss > peak[c]) peak[c] = usage.ru_maxrss;
    }
  }
  for (int c = 0; c < count; ++c) {
    qsort(wall + c * rounds, (size_t)rounds, sizeof *wall, ascending);
    qsort(cpu + c * rounds, (size_t)rounds, sizeof *cpu, ascending);
    printf("%.3f %.3f %.3f %ld\n", wall[c * rounds + rounds / 2], wall[c * rounds], cpu[c * rounds + rounds / 2],
           peak[c]);
  }
  return 0;
}
