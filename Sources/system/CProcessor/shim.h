#ifndef INDEXD_CPROCESSOR_H
#define INDEXD_CPROCESSOR_H

#include <stdbool.h>

/// Whether this processor has the vector instructions that the module including this was compiled for.
static inline bool processor_has_vectors_of_this_build(void) {
#if defined(__AVX2__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
#else
  return true;
#endif
}

#endif
