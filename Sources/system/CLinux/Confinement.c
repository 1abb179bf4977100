#define _GNU_SOURCE
#include "Confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// The numbers are those of every architecture; Debian 12's headers are older than the versions that kernels offer.
enum { make_ruleset = 444, restrict_self = 446 };

struct rules {
  uint64_t files, network, scope;
};

int linux_landlock_version(void) {
  const long version = syscall(make_ruleset, 0, 0, 1);
  return version > 0 ? (int)version : 0;
}

int linux_landlock_make(void) {
  const int version = linux_landlock_version();
  struct rules rules = {(1 << 13) - 1, 0, 0};
  size_t size = sizeof rules.files;
  if (version >= 2) rules.files |= 1 << 13;
  if (version >= 3) rules.files |= 1 << 14;
  if (version >= 5) rules.files |= 1 << 15;
  if (version >= 4) {
    rules.network = 3;
    size = 2 * sizeof rules.files;
  }
  if (version >= 6) {
    rules.scope = 3;
    size = sizeof rules;
  }
  return (int)syscall(make_ruleset, &rules, size, 0);
}

int linux_landlock_enter(int rules) { return (int)syscall(restrict_self, rules, 0); }

int linux_forbid_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int linux_drop_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  if (syscall(SYS_capget, &header, data) != 0) return -1;
  uint32_t dropped = 0;
  for (int index = 0; index < _LINUX_CAPABILITY_U32S_3; index++) {
    dropped |= data[index].permitted | data[index].inheritable;
    data[index].permitted = data[index].effective = data[index].inheritable = 0;
  }
  // A service's filter may forbid the call that drops what it does not have anyway.
  if (dropped == 0) return 0;
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return (int)syscall(SYS_capset, &header, data);
}

int linux_hide_memory(void) {
  // Where there is no such rule there is nothing to take back.
  prctl(PR_SET_PTRACER, 0, 0, 0, 0);
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static const char *const *call_names;
static int call_count;

static void tell(int number, siginfo_t *information, void *context) {
  (void)number;
  (void)context;
  const int call = information->si_syscall;
  char text[96] = "forbidden system call ";
  size_t length = strlen(text);
  const char *name = call >= 0 && call < call_count ? call_names[call] : 0;
  if (name) {
    for (; *name && length < sizeof text - 2; name++) text[length++] = *name;
  } else {
    char digits[12];
    int count = 0;
    unsigned rest = (unsigned)call;
    do digits[count++] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    while (count > 0) text[length++] = digits[--count];
  }
  text[length++] = '\n';
  // Where nobody reads it, the signal tells the half of it.
  if (write(2, text, length) < 0) { }
  // The call that installs a handler for this signal is forbidden, and a forbidden call during its handler kills.
  syscall(SYS_rt_sigaction, SIGSYS, 0, 0, 8);
  _exit(128 + SIGSYS);
}

int linux_tell_violations(const char *const *names, int count) {
  call_names = names;
  call_count = count;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = tell;
  action.sa_flags = SA_SIGINFO;
  return sigaction(SIGSYS, &action, 0);
}

int linux_look_at_file(int descriptor, struct linux_file *file) {
  struct stat state;
  // The C library's function names a path, an empty one, which is more than a confined process may.
  if (syscall(SYS_fstat, descriptor, &state) != 0) return -1;
  const struct linux_file seen = {
    S_ISREG(state.st_mode), (long long)state.st_size,
    {(long long)state.st_dev, (long long)state.st_ino, (long long)state.st_mtim.tv_sec, (long long)state.st_mtim.tv_nsec,
     (long long)state.st_ctim.tv_sec, (long long)state.st_ctim.tv_nsec}};
  *file = seen;
  return 0;
}

union control {
  char bytes[CMSG_SPACE(sizeof(int))];
  struct cmsghdr alignment;
};

long linux_send_descriptor(int channel, const void *bytes, long count, int descriptor) {
  union control control;
  memset(&control, 0, sizeof control);
  struct iovec piece = {(void *)bytes, (size_t)count};
  struct msghdr message = {0};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  return (long)sendmsg(channel, &message, MSG_NOSIGNAL);
}

long linux_receive_descriptor(int channel, void *bytes, long count, int *descriptor) {
  union control control;
  struct iovec piece = {bytes, (size_t)count};
  struct msghdr message = {0};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  *descriptor = -1;
  const long got = (long)recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
  if (got < 0 && errno == ENOTSOCK) return (long)read(channel, bytes, (size_t)count);
  if (got < 0) return got;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
      memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
  }
  return got;
}
