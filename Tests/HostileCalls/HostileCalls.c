#define _GNU_SOURCE
#include "HostileCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const names[] = {
  "read", "readMemory", "readEnvironment", "write", "append", "truncate", "create", "unlink", "rename", "chmod", "link",
  "symlink", "mkdir", "mknod", "utimes", "mount", "unshare", "chroot", "socket", "socketpair", "unixConnect", "kill",
  "killGroup", "tgkill", "queueSignal", "openProcess", "ownSignals", "ptrace", "readProcess", "writeProcess", "fork",
  "cloneProcess", "clone3", "exec", "execMemory", "runnableMemory", "runnableData", "ioUring", "bpf", "keyctl",
  "userfaultfd", "memoryFile", "sharedMemory", "namedMemory", "dumpable", "limits", "otherLimits", "priority",
  "terminal", "seccomp", "newFilter", "personality", "perf", "module", "reboot", "hostname", "inotify", "fanotify",
  "handle", "copyDescriptor", "owner", "chown", "setuid", "xattr", "list", "statusFlags", 0,
};

const char *hostile_name(int number) { return names[number]; }

static int ended(long result) { return result < 0 ? errno : 0; }

static int file(const char *name, const char *path) {
  char other[4096];
  snprintf(other, sizeof other, "%s.other", path);
  if (!strcmp(name, "read")) {
    const int descriptor = open(path, O_RDONLY);
    char byte;
    return descriptor < 0 ? errno : ended(read(descriptor, &byte, 1));
  }
  if (!strcmp(name, "write")) return ended(open(path, O_WRONLY));
  if (!strcmp(name, "append")) return ended(open(path, O_WRONLY | O_APPEND));
  if (!strcmp(name, "truncate")) return ended(truncate(path, 0));
  if (!strcmp(name, "create")) return ended(open(other, O_WRONLY | O_CREAT, 0600));
  if (!strcmp(name, "unlink")) return ended(unlink(path));
  if (!strcmp(name, "rename")) return ended(rename(path, other));
  if (!strcmp(name, "chmod")) return ended(chmod(path, 0777));
  if (!strcmp(name, "link")) return ended(link(path, other));
  if (!strcmp(name, "symlink")) return ended(symlink(path, other));
  if (!strcmp(name, "mkdir")) return ended(mkdir(other, 0700));
  if (!strcmp(name, "mknod")) return ended(mknod(other, S_IFIFO | 0600, 0));
  if (!strcmp(name, "utimes")) return ended(utimensat(AT_FDCWD, path, 0, 0));
  if (!strcmp(name, "chown")) return ended(chown(path, getuid(), getgid()));
  if (!strcmp(name, "xattr")) return ended(syscall(SYS_setxattr, path, "user.a", "b", 1, 0));
  if (!strcmp(name, "list")) {
    char entries[512];
    const int descriptor = open("/", O_RDONLY | O_DIRECTORY);
    return descriptor < 0 ? errno : ended(syscall(SYS_getdents64, descriptor, entries, sizeof entries));
  }
  return -1;
}

static int process(const char *name, int other) {
  char text[64], byte;
  struct iovec near = {&byte, 1}, far = {(void *)&byte, 1};
  if (!strcmp(name, "readMemory") || !strcmp(name, "readEnvironment")) {
    snprintf(text, sizeof text, "/proc/%d/%s", other, !strcmp(name, "readMemory") ? "mem" : "environ");
    return ended(open(text, O_RDONLY));
  }
  if (!strcmp(name, "kill")) return ended(kill(other, SIGCONT));
  if (!strcmp(name, "killGroup")) return ended(kill(0, 0));
  if (!strcmp(name, "tgkill")) return ended(syscall(SYS_tgkill, other, other, SIGCONT));
  if (!strcmp(name, "queueSignal")) {
    siginfo_t information = {.si_code = -1};
    return ended(syscall(SYS_rt_sigqueueinfo, other, SIGCONT, &information));
  }
  if (!strcmp(name, "openProcess")) return ended(syscall(SYS_pidfd_open, other, 0));
  if (!strcmp(name, "copyDescriptor")) return ended(syscall(SYS_pidfd_getfd, 3, 0, 0));
  if (!strcmp(name, "ptrace")) return ended(ptrace(PTRACE_SEIZE, other, 0, 0));
  if (!strcmp(name, "readProcess")) return ended(syscall(SYS_process_vm_readv, other, &near, 1, &far, 1, 0));
  if (!strcmp(name, "writeProcess")) return ended(syscall(SYS_process_vm_writev, other, &near, 1, &far, 1, 0));
  if (!strcmp(name, "otherLimits")) {
    struct rlimit limit = {1, 1};
    return ended(syscall(SYS_prlimit64, other, RLIMIT_NOFILE, &limit, 0));
  }
  if (!strcmp(name, "owner")) return ended(fcntl(0, F_SETOWN, other));
  return -1;
}

static int started(long child) {
  if (child == 0) _exit(0);
  if (child < 0) return errno;
  waitpid((pid_t)child, 0, 0);
  return 0;
}

static int start(const char *name) {
  char *const words[] = {"/bin/sh", "-c", "exit 0", 0};
  char *const none[] = {0};
  if (!strcmp(name, "fork")) return started(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
  if (!strcmp(name, "cloneProcess")) return started(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
  if (!strcmp(name, "clone3")) {
    uint64_t arguments[8] = {0, 0, 0, 0, SIGCHLD};
    return started(syscall(SYS_clone3, arguments, sizeof arguments));
  }
  if (!strcmp(name, "exec")) return ended(execve(words[0], words, none));
  if (!strcmp(name, "execMemory")) {
    const int memory = (int)syscall(SYS_memfd_create, "program", 0);
    if (memory < 0) return errno;
    if (write(memory, "#!/bin/sh\n", 10) < 0) return errno;
    return ended(syscall(SYS_execveat, memory, "", words, none, AT_EMPTY_PATH));
  }
  const int runs = PROT_READ | PROT_WRITE | PROT_EXEC;
  if (!strcmp(name, "runnableMemory")) {
    return mmap(0, 4096, runs, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
  }
  if (!strcmp(name, "runnableData")) {
    void *memory = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return ended(mprotect(memory, 4096, PROT_READ | PROT_EXEC));
  }
  return -1;
}

static int machine(const char *name) {
  char nothing[128] = {0};
  struct sockaddr_un address = {AF_UNIX, "/run/systemd/notify"};
  struct rlimit limit = {1 << 20, 1 << 20};
  if (!strcmp(name, "mount")) return ended(mount("none", "/mnt", "tmpfs", 0, 0));
  if (!strcmp(name, "unshare")) return ended(unshare(CLONE_NEWUSER));
  if (!strcmp(name, "chroot")) return ended(chroot("/"));
  if (!strcmp(name, "socket")) return ended(socket(AF_INET, SOCK_STREAM, 0));
  if (!strcmp(name, "socketpair")) return ended(socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)nothing));
  if (!strcmp(name, "unixConnect")) return ended(connect(1, (struct sockaddr *)&address, sizeof address));
  if (!strcmp(name, "ownSignals")) return signal(SIGSYS, SIG_IGN) == SIG_ERR ? errno : 0;
  if (!strcmp(name, "ioUring")) return ended(syscall(SYS_io_uring_setup, 4, nothing));
  if (!strcmp(name, "bpf")) return ended(syscall(SYS_bpf, 0, nothing, sizeof nothing));
  if (!strcmp(name, "keyctl")) return ended(syscall(SYS_keyctl, 0, -3, 1));
  if (!strcmp(name, "userfaultfd")) return ended(syscall(SYS_userfaultfd, 1));
  if (!strcmp(name, "memoryFile")) return ended(syscall(SYS_memfd_create, "a", 0));
  if (!strcmp(name, "sharedMemory")) return ended(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600));
  if (!strcmp(name, "namedMemory")) return ended(shm_open("/hostile", O_RDWR | O_CREAT, 0600));
  if (!strcmp(name, "dumpable")) return ended(prctl(PR_SET_DUMPABLE, 1));
  if (!strcmp(name, "limits")) return ended(setrlimit(RLIMIT_DATA, &limit));
  if (!strcmp(name, "priority")) return ended(setpriority(PRIO_PROCESS, 0, 1));
  if (!strcmp(name, "terminal")) return ended(ioctl(0, TIOCSTI, "a"));
  if (!strcmp(name, "seccomp")) return ended(syscall(SYS_seccomp, 2, 0, nothing));
  if (!strcmp(name, "newFilter")) return ended(prctl(PR_SET_SECCOMP, 2, nothing));
  if (!strcmp(name, "personality")) return ended(syscall(SYS_personality, 0x0400000));
  if (!strcmp(name, "perf")) return ended(syscall(SYS_perf_event_open, nothing, 0, -1, -1, 0));
  if (!strcmp(name, "module")) return ended(syscall(SYS_init_module, nothing, 1, ""));
  if (!strcmp(name, "reboot")) return ended(syscall(SYS_reboot, 0, 0, 0, 0));
  if (!strcmp(name, "hostname")) return ended(sethostname("a", 1));
  if (!strcmp(name, "inotify")) return ended(syscall(SYS_inotify_init1, 0));
  if (!strcmp(name, "fanotify")) return ended(syscall(SYS_fanotify_init, 0, 0));
  if (!strcmp(name, "handle")) return ended(syscall(SYS_open_by_handle_at, 3, nothing, 0));
  if (!strcmp(name, "setuid")) return ended(syscall(SYS_setuid, 65534));
  if (!strcmp(name, "statusFlags")) return ended(fcntl(0, F_SETFL, O_APPEND));
  return -1;
}

int hostile_attempt(const char *name, const char *path, int other) {
  const int results[] = {file(name, path), process(name, other), start(name), machine(name)};
  for (int index = 0; index < 4; index++) {
    if (results[index] != -1) return results[index];
  }
  return -1;
}
