#pragma once

// What a process gives up, by system calls that the C library has no functions for.

/// The version of Landlock that this kernel offers, 0 where it has none.
int linux_landlock_version(void);

/// Makes a set of rules that forbids all that this kernel's Landlock can forbid. Its descriptor, or -1 with errno.
int linux_landlock_make(void);

/// Holds the calling thread, and what it starts, to a set of rules for ever. 0, or -1 with errno.
int linux_landlock_enter(int rules);

/// Has no program that this process becomes or starts gain a privilege. 0, or -1 with errno.
int linux_forbid_privileges(void);

/// Gives up the capabilities of this process. 0, or -1 with errno.
int linux_drop_capabilities(void);

/// Keeps the other processes of the same user from reading or changing this one's memory, and the kernel from dumping it.
/// 0, or -1 with errno.
int linux_hide_memory(void);

/// Has a forbidden system call (SIGSYS) say which it was on the error output and end the process by that signal. `names`
/// are the calls by number, 0 for those without one; they are kept.
int linux_tell_violations(const char *const *names, int count);

/// What a look at an open file tells.
struct linux_file {
  int is_ordinary;
  long long size;
  /// Its device, its number there, and the seconds and nanoseconds of its last change and of the last change of what is
  /// known of it: alike where the bytes are the same.
  long long stamp[6];
};

/// Looks at an open file without naming any. 0, or -1 with errno.
int linux_look_at_file(int descriptor, struct linux_file *file);

/// Sends bytes, and with the first of them a descriptor, without waiting. How many bytes were sent, or -1 with errno.
long linux_send_descriptor(int channel, const void *bytes, long count, int descriptor);

/// Reads bytes, and the descriptor that came with them, -1 where none did. How many bytes were read, or -1 with errno.
long linux_receive_descriptor(int channel, void *bytes, long count, int *descriptor);
