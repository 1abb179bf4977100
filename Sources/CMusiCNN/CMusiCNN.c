#include "CMusiCNN.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

// As an array of the program: where the program is, the weights are.
static const unsigned char msd[] __attribute__((aligned(64))) = {
#embed "MSD.weights"
};

const unsigned char *musicnn_weights(void) { return msd; }

size_t musicnn_weights_size(void) { return sizeof msd; }
