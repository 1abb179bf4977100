/* Preloaded, it moves the time of day that a program sees by as many seconds as the file in $CLOCK_OFFSET says. The
   monotonic clocks stay as they are. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, time);
  const char *name = getenv("CLOCK_OFFSET");
  if (result || clock != CLOCK_REALTIME || !name) return result;
  int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return result;
  char text[32] = {0};
  if (read(file, text, sizeof text - 1) > 0) time->tv_sec += atol(text);
  close(file);
  return result;
}
