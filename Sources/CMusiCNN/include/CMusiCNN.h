#pragma once
#include <stddef.h>

/// The weights of MusiCNN trained on the Million Song Dataset, as make-weights.py writes them: aligned for numbers, never
/// freed.
const unsigned char *musicnn_weights(void);

/// The number of bytes of `musicnn_weights`.
size_t musicnn_weights_size(void);
