#pragma once

// The allocation functions of the program that links this, in front of the C library's own, for every library in it.

/// From now on the first allocation that the system refuses ends the process, with a line that says so on the error
/// output. A library that cannot allocate may crash, report a damaged file or carry on with half of it: none of that tells
/// the lack of memory, and none of it can be relied on.
void memory_guard_arm(void);
