/**
 * The integer network: what every protocol computes, bit for bit. Integer weights and activations, power-of-two scales,
 * floor shifts, saturation; bounds proven for every step. And its file.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.model.integer;
