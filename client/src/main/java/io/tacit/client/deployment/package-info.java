/**
 * Who takes part in a deployment, where, with which certificates, under which limits and disclosure policy: one text
 * file that all parties share, its strict reader and its hash.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.client.deployment;
