/**
 * SecureNets: one user owns network and data, untrusted clouds multiply, every answer is verified (after Chen, Ji, Yu, Luo,
 * Li, "SecureNets", ACML 2018; hardened with masks over a prime field and Freivalds' check).
 */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.securenets;
