#pragma once
#include <stdbool.h>

/// Whether a file has a POSIX access list beside its mode.
bool linux_has_access_list(const char *_Nonnull path);
