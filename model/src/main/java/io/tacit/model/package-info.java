/** Networks, with no idea of cryptography: what is wrong with a network or its file is said by the types here. */
@org.jspecify.annotations.NullMarked
package io.tacit.model;
