/** Readers of the usual labelled test sets: idx files and CIFAR-10's binary files. */
@org.jspecify.annotations.NullMarked
package io.tacit.model.data;
