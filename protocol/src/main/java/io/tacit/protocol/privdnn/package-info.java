/**
 * PrivDNN (Ren, Liu, Li, Liang, Li, Luo; PoPETs 2024(3)): the owner of a network encrypts a few filters of its first two
 * convolutions, the core, and hands the whole network, partly in clear and partly as ciphertexts, to the user, who evaluates
 * it on plaintext pictures. Results of core filters go to the owner, scaled (published) or masked (hardened).
 */
@org.jspecify.annotations.NullMarked
package io.tacit.protocol.privdnn;
