#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// Swift cannot call C functions with a variable number of arguments, nor those that its Glibc module leaves out.

/// Has the kernel send `signal` to this process when the thread that started it ends. 0, or -1 with errno.
static inline int linux_signal_when_parent_ends(int signal) { return prctl(PR_SET_PDEATHSIG, signal); }

/// Lets this process use the disk only when nobody else does. 0, or -1 with errno.
static inline int linux_set_idle_io(void) {
  const int who_process = 1, class_idle = 3, class_shift = 13;
  return (int)syscall(SYS_ioprio_set, who_process, 0, class_idle << class_shift);
}

/// Lets this process use the processor only when nobody else does. 0, or -1 with errno.
static inline int linux_set_idle_scheduling(void) {
  struct sched_param parameters = {0};
  return sched_setscheduler(0, SCHED_IDLE, &parameters);
}

/// Opens a descriptor that becomes readable when the process ends, close-on-exec. -1 with errno.
static inline int linux_open_process(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }

/// Makes a pipe of two close-on-exec descriptors. 0, or -1 with errno.
static inline int linux_make_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

/// Has a process that is to be started close every descriptor from `first` on. 0, or an error number.
static inline int linux_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
