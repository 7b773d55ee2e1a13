/** From float graph to integer network: calibration, scales, proven bounds, pruning. */
@org.jspecify.annotations.NullMarked
package io.tacit.model.quant;
