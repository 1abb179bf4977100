#ifndef INDEXD_CPROCESSOR_H
#define INDEXD_CPROCESSOR_H

#include <stdbool.h>

/// Whether this processor, and the kernel that saves its registers, have all of the x86-64-v3 level: AVX2, FMA and more.
static inline bool processor_has_x86_64_v3(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("x86-64-v3");
#else
  return false;
#endif
}

/// Whether this processor has the vector instructions that the module including this was compiled for.
static inline bool processor_has_vectors_of_this_build(void) {
#if defined(__AVX2__)
  return processor_has_x86_64_v3();
#else
  return true;
#endif
}

#endif
