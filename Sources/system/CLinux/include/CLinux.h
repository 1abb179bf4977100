#pragma once

#include "AccessList.h"
#include "Confinement.h"

// Swift cannot call C functions with a variable number of arguments, nor those that its Glibc module leaves out.

/// Gives the calling thread a name, of which the first 15 bytes count.
void linux_name_thread(const char *name);

/// Has the kernel send `signal` to this process when the thread that started it ends. 0, or -1 with errno.
int linux_signal_when_parent_ends(int signal);

/// Lets this process use the disk only when nobody else does. 0, or -1 with errno.
int linux_set_idle_io(void);

/// Lets this process use the processor only when nobody else does. 0, or -1 with errno.
int linux_set_idle_scheduling(void);

/// Opens a descriptor that becomes readable when the process ends, close-on-exec. -1 with errno.
int linux_open_process(int process);

/// Makes a pipe of two close-on-exec descriptors. 0, or -1 with errno.
int linux_make_pipe(int descriptors[2]);

/// Has a process that is to be started with these `posix_spawn_file_actions_t` close every descriptor from `first` on.
/// 0, or an error number.
int linux_close_from(void *actions, int first);

/// Makes a file that lives in memory, close-on-exec. Its descriptor, or -1 with errno.
int linux_make_memory_file(const char *name);

/// The seconds that the first thread of a process has been ready to run but got no processor, in all; 0 where the kernel
/// does not tell.
double linux_processor_delay(int process);

/// Has large blocks of memory go back to the system as soon as they are freed, and threads share their heaps: slower, but
/// a process that is idle for hours holds little.
void linux_hold_little_memory(void);

/// Gives memory that was freed, but is kept for the next allocation, back to the system.
void linux_release_memory(void);
