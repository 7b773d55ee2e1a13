/** ONNX files: bounded reader, normaliser, support matrix. */
@org.jspecify.annotations.NullMarked
package io.tacit.model.onnx;
