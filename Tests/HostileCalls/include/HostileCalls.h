#pragma once

/// Tries one thing that a confined process must not do, by name. 0 where it succeeded, else the error number; -1 for a name
/// that is none.
int hostile_attempt(const char *name, const char *path, int process);

/// The name of an attempt by its number, 0 behind the last.
const char *hostile_name(int number);
