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

int linux_widen_pipe(int descriptor, int bytes) { return fcntl(descriptor, F_SETPIPE_SZ, bytes); }

int linux_close_from(void *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int linux_make_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int linux_start_bound(const char *path, char *const arguments[], int output, int cpu_seconds) {
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0) return -1;
  sigset_t all, before, none;
  sigfillset(&all);
  sigemptyset(&none);
  // A handler must not run in the child, which shares this process's memory until it becomes the program.
  sigprocmask(SIG_BLOCK, &all, &before);
  const int parent = getpid();
  const int child = vfork();
  if (child == 0) {
    const struct rlimit processor = {(rlim_t)cpu_seconds, (rlim_t)cpu_seconds + 1};
    const struct rlimit core = {0, 0};
    setrlimit(RLIMIT_CPU, &processor);
    setrlimit(RLIMIT_CORE, &core);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(nothing, 2) < 0) _exit(127);
    // A confined process may not set SIGSYS; what it catches is the program's default by itself.
    for (int number = 1; number < SIGRTMIN; number++) {
      if (number != SIGKILL && number != SIGSTOP && number != SIGSYS) signal(number, SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, &none, 0);
    execve(path, arguments, environ);
    _exit(127);
  }
  sigprocmask(SIG_SETMASK, &before, 0);
  close(nothing);
  return child;
}

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
