#define _GNU_SOURCE
#include "CLinux.h"

#include <malloc.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void linux_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

int linux_signal_when_parent_ends(int signal) { return prctl(PR_SET_PDEATHSIG, signal); }

int linux_set_idle_io(void) {
  const int who_process = 1, class_idle = 3, class_shift = 13;
  return (int)syscall(SYS_ioprio_set, who_process, 0, class_idle << class_shift);
}

int linux_set_idle_scheduling(void) {
  struct sched_param parameters = {0};
  return sched_setscheduler(0, SCHED_IDLE, &parameters);
}

int linux_open_process(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

int linux_make_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

int linux_close_from(void *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int linux_make_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

double linux_processor_delay(int process) {
  char text[128];
  snprintf(text, sizeof text, "/proc/%d/schedstat", process);
  const int file = open(text, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  if (count <= 0) return 0;
  text[count] = 0;
  unsigned long long run = 0, delay = 0;
  return sscanf(text, "%llu %llu", &run, &delay) == 2 ? (double)delay / 1e9 : 0;
}

void linux_release_memory(void) { malloc_trim(0); }

void linux_hold_little_memory(void) {
  // Set by hand, the threshold no longer grows with the blocks that are freed.
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  mallopt(M_ARENA_MAX, 2);
}
